"""Rasa: the action server's webhook and the event broker."""
