"""What the doors deliver: kept as it came, parsed, and registered."""
