"""`askonce demo`: the stories that askonce exists for, played over HTTP."""
