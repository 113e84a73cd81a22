"""The key of mail tokens as it is stored: bytes, which are plain, or a sealed text."""

from service.sealing.keys import current_ring, open_secret, seal_secret


def opened_mail_key(stored: bytes) -> bytes:
    """The key. SecretUnreadable if no key of this process opens it."""
    if not stored.startswith(b"sealed:"):
        return stored
    return bytes.fromhex(open_secret(stored.decode("ascii")))


def sealed_mail_key(key: bytes) -> bytes:
    """The key as it is stored."""
    return seal_secret(key.hex()).encode() if current_ring().fingerprint else key
