"""What a customer's data may be used for: consents by purpose, restrictions, and legal holds."""
