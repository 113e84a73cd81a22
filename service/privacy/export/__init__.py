"""What is kept of a customer, as the customer is given it."""
