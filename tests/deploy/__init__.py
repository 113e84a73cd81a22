"""What operators deploy beside the service, on the real tools."""
