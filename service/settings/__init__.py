"""What an operator can set, read from the environment once at the start."""
