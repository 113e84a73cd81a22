"""Finds customers by whatever an agent knows of them: numbers, addresses, names, words that were said."""
