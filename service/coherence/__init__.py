"""Whether cached views may be believed: the Redis server and the database that they belong to, watched all the time."""
