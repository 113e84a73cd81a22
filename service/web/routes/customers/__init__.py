"""Routes of customers, their interactions and their context."""
