"""Asterisk: events of AMI and ARI."""
