"""The Model Context Protocol at /mcp: tools for language models, which call the same routes."""
