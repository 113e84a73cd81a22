"""Cards that a desk's server opens for its agents by links that it signs."""
