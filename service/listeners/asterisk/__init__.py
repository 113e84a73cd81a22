"""Connections to Asterisk over AMI and ARI."""
