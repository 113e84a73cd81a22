"""The one way in: interactions of every channel are registered here, many in one transaction."""
