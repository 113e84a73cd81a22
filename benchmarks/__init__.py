"""Benchmarks of askonce next to reference services: `python -m benchmarks`."""
