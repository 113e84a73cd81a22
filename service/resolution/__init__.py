"""Resolution: finds the customers that may be one person, and carries out what people decide of them."""
