"""Secrets at rest: those of doors, webhooks and mail tokens are stored encrypted, and opened where they are used."""
