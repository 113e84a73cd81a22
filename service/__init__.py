"""askonce: customers explain it once."""
