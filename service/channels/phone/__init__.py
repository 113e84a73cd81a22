"""Doors of telephone systems."""
