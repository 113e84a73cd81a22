"""Who looked at a customer, and why: the pages of both."""
