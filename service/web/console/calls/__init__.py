"""The calls that ring and go on, as pages show them."""
