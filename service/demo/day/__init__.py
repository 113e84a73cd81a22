"""A day at a company that uses askonce, for the demo: who has turned to it before, and who does now."""
