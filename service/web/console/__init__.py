"""The agents' console: pages for the people who pick up the phone, as Litestar's own controllers."""
