"""Opening hours: when a desk is open, why it is closed, when it opens next, and how much of its time has passed."""
