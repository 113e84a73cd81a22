"""Telephone calls: events of a live call folded into one state, and one interaction of it."""
