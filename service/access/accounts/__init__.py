"""Accounts of the agents who use the console: passwords, sign-in links, sessions, and sign-in by OpenID Connect."""
