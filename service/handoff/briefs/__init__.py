"""What a desk reads before it speaks: a brief of the matter, as data and in words."""
