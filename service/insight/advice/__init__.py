"""The next best action: rules of the company as data, what they advise on a customer, and what became of it."""
