"""The stories that askonce exists for, performed over HTTP."""
