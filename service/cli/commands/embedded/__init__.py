"""Commands for the servers that askonce runs itself: a module each."""
