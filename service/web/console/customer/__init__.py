"""What the page of a customer shows, made from the console's view of the context."""
