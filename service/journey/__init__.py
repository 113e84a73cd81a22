"""One customer's whole way: phases, touchpoints, handoffs, waits and decisions, as data and as a picture."""
