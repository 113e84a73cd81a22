"""Meta: WhatsApp, Messenger and Instagram."""
