"""What a start asks of a PostgreSQL: an address that can be used, and a server that loses nothing."""
