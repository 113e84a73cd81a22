"""Agents: which are there, for which queues, with which skills and languages."""
