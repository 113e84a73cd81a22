"""The `askonce` command: one module per command, loaded when it is used."""
