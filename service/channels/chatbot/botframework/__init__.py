"""Microsoft Bot Framework: activities of the connector."""
