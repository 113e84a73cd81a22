"""What a desk sees of a customer: the records projected to a context, rendered per audience, cached, and read fast."""
