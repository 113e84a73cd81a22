"""The page of one customer's journey: the picture in its table, the touchpoint that is looked at, and all of them."""
