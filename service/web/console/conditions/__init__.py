"""Conditions: granted and ended on the page of a customer, and administered over all customers."""
