"""What customers ask for under GDPR, Art. 15 to 21: received, verified, carried out in time, and on record."""
