"""The schema as numbered `.sql` files, forward only: expand, migrate, contract. What has landed stays as it is."""
