"""What askonce promises, the tests of it, and what they measured last."""
