"""Routes of sources, matches and the golden record."""
