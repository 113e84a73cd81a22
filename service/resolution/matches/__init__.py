"""Matches: which customers may be one person, found behind the commits of what they state."""
