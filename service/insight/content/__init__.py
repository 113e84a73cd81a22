"""Content: what answers questions, ranked for one customer, and what no content answers yet."""
