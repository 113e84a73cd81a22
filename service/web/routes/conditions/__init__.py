"""Routes of special conditions and of the shop's till."""
