"""The ways of a segment's matters, contact by contact: counted, listed, compared."""
