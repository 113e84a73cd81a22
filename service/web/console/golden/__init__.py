"""The golden record of a customer: each field with its source, and what else is said."""
