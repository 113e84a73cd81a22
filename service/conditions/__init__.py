"""Special conditions: terms granted to a customer, their redemptions, and how a till finds both."""
