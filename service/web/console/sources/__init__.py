"""Systems that tell of customers: what is known of them, and how what they say becomes one record."""
