"""Logs and metrics: what an operator sees, and never a customer's data."""
