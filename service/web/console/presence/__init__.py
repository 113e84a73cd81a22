"""Who is available, and who else looks at a page or writes there."""
