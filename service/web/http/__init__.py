"""HTTP as askonce speaks it: the ASGI application, what a request and an answer are, and how a route is declared."""
