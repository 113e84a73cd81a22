"""Which requests are let in: what is refused under overload, before any work is done for it."""
