"""The processes of `askonce serve`."""
