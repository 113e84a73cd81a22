"""Doors of social networks."""
