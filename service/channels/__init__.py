"""The doors: each channel's own words translated into interactions; no database, no cache, no web framework."""
