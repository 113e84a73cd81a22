"""Matches: customers who may be one person, seen side by side and decided."""
