"""Pages of what many journeys say together, and of what to do in time."""
