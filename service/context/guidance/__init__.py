"""What the company advises on a customer now: a part of views, and computed by a room above."""
