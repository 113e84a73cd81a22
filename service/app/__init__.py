"""The only wiring: opens the rooms, and gives each caller of them what it needs; no other room joins rooms."""
