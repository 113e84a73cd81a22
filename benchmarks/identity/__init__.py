"""How well and how fast it is found which records are one person, on made-up people with known truth."""
