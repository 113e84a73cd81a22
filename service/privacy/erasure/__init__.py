"""Erasures: a customer's whole merge set goes, with a receipt of what was erased, and does not come back."""
