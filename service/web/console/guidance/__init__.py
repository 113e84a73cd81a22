"""The pages of what the company tells by itself: notices, and content that answers questions."""
