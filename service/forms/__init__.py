"""Web forms: drafts, values that are known already, and the tokens that a browser holds."""
