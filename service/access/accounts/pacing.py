"""How wrong passwords slow down: each one doubles a wait, which is bounded, and no account is ever locked.

Wrong tries count for the account and for the network that they come from. From a network where the agent has signed in
before, only the tries for this account from there count: nothing that is done elsewhere keeps the agent out.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from uuid import UUID, uuid5

from service.access.pauses import FREE_TRIES, begin_try, forgive_try
from service.db.pool import Database
from service.errors import SignInPaused

_SUBJECTS = UUID("5f0f6a0e-4c0b-5b58-9d5e-0f2a0c1a7c11")
"""The namespace of what is paused."""
NETWORK_FREE_TRIES = 50
"""So many wrong tries cost a network no wait: a whole office may stand behind one address."""
_NETWORK_BITS = 64
"""So much of an IPv6 address is one network, whose other half a sender chooses freely."""


async def begin_attempt(
    database: Database, name_key: str, address: str, now: datetime, *, familiar: bool
) -> list[UUID]:
    """Count an attempt to sign in before its password is looked at; `forgive_attempt` takes what this gives.

    SignInPaused while the account or the network has to wait; such an attempt counts nowhere.
    """
    counted: list[UUID] = []
    for subject, free_tries in _subjects(name_key, address, familiar=familiar):
        wait_s = await begin_try(database, subject, now, free_tries=free_tries)
        if wait_s:
            await forgive_attempt(database, counted, now)
            raise SignInPaused(wait_s)
        counted.append(subject)
    return counted


async def forgive_attempt(database: Database, counted: Sequence[UUID], now: datetime) -> None:
    """The password was right: the attempt counts no longer."""
    for subject in counted:
        await forgive_try(database, subject, now)


def network_hash(address: str) -> bytes:
    """What is stored of the network of an address."""
    return sha256(_network(address).encode("utf-8", "surrogatepass")).digest()


def _subjects(name_key: str, address: str, *, familiar: bool) -> list[tuple[UUID, int]]:
    """What the attempt counts for, with the tries that cost no wait."""
    network = network_hash(address).hex()
    if familiar:
        return [(uuid5(_SUBJECTS, f"agent at network:{network}:{name_key}"), FREE_TRIES)]
    return [
        (uuid5(_SUBJECTS, f"network:{network}"), NETWORK_FREE_TRIES),
        (uuid5(_SUBJECTS, f"agent:{name_key}"), FREE_TRIES),
    ]


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or int(ip) >> _NETWORK_BITS)
    return str(ip)
