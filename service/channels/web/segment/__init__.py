"""Segment and RudderStack: the HTTP tracking API."""
