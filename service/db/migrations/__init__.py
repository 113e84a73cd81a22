"""The schema as numbered `.sql` files, forward only: expand, migrate, contract."""
