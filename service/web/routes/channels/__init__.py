"""Routes that channels call: deliveries of other systems, calls, e-mail tokens and web forms."""
