"""Passwords as argon2id hashes (RFC 9106), made and compared in threads, so that the event loop never waits for one."""

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from service.access.accounts.accounts import name_key
from service.errors import InvalidInput, Overloaded

Result = TypeVar("Result")

AT_ONCE = 2
"""So many hashes one process computes at a time, of 64 MiB each."""
MOST_WAITING = 64
"""Beyond it sign-ins are refused: each hash takes some 0.1 s."""
SHORTEST_CHARS = 12
LONGEST_CHARS = 256


class Passwords:
    """The hashing of one process; its threads end with it."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._running = 0
        self._no_password = _hash_of_nothing(self._hasher)

    async def hash(self, password: str) -> str:
        """What is stored of a password. Overloaded while too many wait."""
        return await self._run(lambda: self._hasher.hash(_bytes_of(password)))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether this is the password; for an account without one it takes as long, and is not. Errors as `hash`."""
        return await self._run(lambda: self._verify(stored or self._no_password, password))

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, _bytes_of(password))
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._running >= MOST_WAITING:
            raise Overloaded
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._running -= 1


def check_new_password(password: str, name: str) -> None:
    """InvalidInput for one that is short, huge, or the agent's name (NIST SP 800-63B, 3.1.1)."""
    chars = len(unicodedata.normalize("NFKC", password))
    if not SHORTEST_CHARS <= chars <= LONGEST_CHARS or name_key(password) == name_key(name):
        raise InvalidInput(
            f"A password has {SHORTEST_CHARS} to {LONGEST_CHARS} characters and is not the name.", field="password"
        )


def _bytes_of(password: str) -> bytes:
    """One spelling of what two keyboards write in two; a longer one than any that was taken stays a wrong one."""
    text = unicodedata.normalize("NFKC", password[: LONGEST_CHARS * 4])
    return text.encode("utf-8", "surrogatepass")


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """A hash that costs as much as others, and that no password has."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"
