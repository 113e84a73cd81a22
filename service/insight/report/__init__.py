"""The weekly report for sales, marketing and service, without personal data."""
