"""What desks do: create handoffs and callbacks, and put on record what they learned."""
