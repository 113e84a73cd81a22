"""Who looked at a customer, and why."""
