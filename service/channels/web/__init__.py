"""Doors of web pages."""
