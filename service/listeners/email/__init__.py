"""Mail that is delivered by SMTP or LMTP, or fetched over IMAP."""
