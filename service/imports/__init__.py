"""Customers and interactions from files."""
