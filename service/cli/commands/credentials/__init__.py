"""What callers and other systems prove themselves with."""
