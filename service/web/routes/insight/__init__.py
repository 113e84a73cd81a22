"""The routes of journeys and of insight: what happened to customers, and what the company makes of it."""
