"""Early warning: customers who may leave, why, what was done about it, and whether they stayed."""
