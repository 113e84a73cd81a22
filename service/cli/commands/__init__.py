"""One module per command of `askonce`."""
