"""The keys that secrets are stored under: Fernet's, of which the first seals and every one opens.

https://cryptography.io/en/latest/fernet/
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from service.errors import ConfigurationError, SecretUnreadable

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

KEY_FILE = "secrets.key"
"""The file of a data folder that holds the key of embedded servers."""
_KEYS = re.compile(r"[A-Za-z0-9_-]{43}=(?:\s*,\s*[A-Za-z0-9_-]{43}=)*")
"""One key of Fernet, or several with commas between."""
_SEALED = re.compile(r"sealed:(?P<fingerprint>[0-9a-f]{8}):(?P<token>[A-Za-z0-9_=-]+)")


class KeyRing:
    """Seals and opens secrets; without keys it stores them as they are, and opens only those."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys = {_fingerprint(key): key for key in keys}
        self._fernets: dict[str, Fernet] = {}

    @property
    def fingerprint(self) -> str:
        """Which key seals, as it stands in what it sealed; empty without keys."""
        return next(iter(self._keys), "")

    def seal(self, secret: str) -> str:
        """The secret as it is stored."""
        if not self._keys:
            return secret
        token = self._fernet(self.fingerprint).encrypt(secret.encode()).decode()
        return f"sealed:{self.fingerprint}:{token}"

    def open(self, stored: str) -> str:
        """The secret that was stored, sealed or not. SecretUnreadable if no key opens it."""
        sealed = _SEALED.fullmatch(stored)
        if sealed is None:
            return stored
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet(sealed["fingerprint"]).decrypt(sealed["token"]).decode()
        except KeyError:
            raise SecretUnreadable(
                f"A secret is sealed with key {sealed['fingerprint']}…, which does not stand in ASKONCE_SECRETS_KEY."
            ) from None
        except InvalidToken:
            raise SecretUnreadable("A sealed secret was changed in the database and cannot be opened.") from None

    def is_current(self, stored: str) -> bool:
        """Whether a secret is stored as this ring would store it now."""
        sealed = _SEALED.fullmatch(stored)
        return (sealed["fingerprint"] if sealed else "") == self.fingerprint

    def _fernet(self, fingerprint: str) -> "Fernet":
        """A key at work, from its first use on: the library takes a while to load. KeyError for an unknown one."""
        if fingerprint not in self._fernets:
            from cryptography.fernet import Fernet

            self._fernets[fingerprint] = Fernet(self._keys[fingerprint])
        return self._fernets[fingerprint]


class _Process:
    """The keys of this process; they are given once, when it starts."""

    ring: ClassVar[KeyRing] = KeyRing()


def use_keys(keys: str) -> KeyRing:
    """Let this process seal and open with these keys, which commas part; gives them."""
    _Process.ring = KeyRing(one.strip() for one in keys.split(",") if one.strip())
    return _Process.ring


def current_ring() -> KeyRing:
    """The keys of this process."""
    return _Process.ring


def seal_secret(secret: str) -> str:
    """The secret as it is stored."""
    return _Process.ring.seal(secret)


def open_secret(stored: str) -> str:
    """The secret that was stored. SecretUnreadable if no key of this process opens it."""
    return _Process.ring.open(stored)


def open_secrets(stored: Iterable[str]) -> list[str]:
    """Those that can be opened, in their order. SecretUnreadable if none of them can."""
    opened: list[str] = []
    failure: SecretUnreadable | None = None
    for one in stored:
        try:
            opened.append(open_secret(one))
        except SecretUnreadable as error:
            failure = failure or error
    if failure is not None and not opened:
        raise failure
    return opened


def make_key() -> str:
    """A new key."""
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()


def key_of_folder(folder: Path) -> str:
    """What the data folder's file of keys says, made with a new key for its owner alone if there is none.

    ConfigurationError if it cannot be read or made.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _write_new(path, make_key() + "\n")
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The key of secrets, {path}, cannot be read or made: {error}.") from error
    if not _KEYS.fullmatch(key):
        raise ConfigurationError(f"The key of secrets, {path}, is none: put back the file that sealed them.")
    return key


def _write_new(path: Path, text: str) -> None:
    """Make a private file, whole from its first moment; one that another process made meanwhile stays."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(file.name)


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
