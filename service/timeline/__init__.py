"""What happened: interactions, conversations, facts and attempts, in the order of versions."""
