"""Notices: what customers are told before they ask, drafted by a changed calendar, published by a person."""
