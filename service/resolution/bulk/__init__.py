"""Matching all customers at once: profiles, then pairs by ranges of their keys, in steps that can be resumed."""
