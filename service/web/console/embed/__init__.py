"""The card: a customer's context in a frame of another desk."""
