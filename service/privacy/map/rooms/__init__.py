"""The tables of each room of the house, as the data map has them."""
