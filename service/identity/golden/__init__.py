"""The golden record: one value for each field of a customer, chosen from what all sources say, by rules."""
