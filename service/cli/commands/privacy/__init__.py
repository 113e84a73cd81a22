"""Commands about what is kept of customers."""
