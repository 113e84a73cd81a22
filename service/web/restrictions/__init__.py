"""Requests about restricted customers, which only the privacy desk may make."""
