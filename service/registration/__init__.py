"""How an interaction gets on record: identities resolved, changes planned, everything written in one transaction."""
