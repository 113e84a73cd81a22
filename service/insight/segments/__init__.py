"""Segments of customers: stated ones, and rules over what is known of a customer."""
