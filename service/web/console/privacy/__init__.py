"""Pages of the privacy desk: what customers ask for, and what is done about it."""
