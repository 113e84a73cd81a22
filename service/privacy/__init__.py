"""What the law gives customers: to see, take along, restrict and erase what is kept of them, and who keeps it why."""
