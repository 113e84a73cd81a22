"""Feedback: the page on which a customer answers one question, and the numbers of all answers."""
