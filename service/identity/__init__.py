"""Who the customer is: canonical identities, customers, merge sets."""
