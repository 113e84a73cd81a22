"""Writes the generated part of the client out of the published description of the API."""
