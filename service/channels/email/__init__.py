"""Mail: what its raw bytes mean, and the doors it comes through."""
