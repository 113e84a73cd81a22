"""The published description: the OpenAPI document, and the pages that show it."""
