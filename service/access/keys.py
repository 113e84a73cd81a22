"""Keys of the API: 256 random bits each, shown once, stored as their SHA-256."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.access.model import Principal
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import InvalidInput
from service.model.ids import new_id
from service.model.vocabulary import Role

SQL = Statements("service.access", "keys")

_KEY_PATTERN = re.compile(rb"ask_[a-z]+_[A-Za-z0-9_-]{43}")
_RANDOM_BYTES = 32
_SANDBOX_MARK = "sandbox-not-for-real-data-"
_MAX_NAME_CHARS = 200
_QUEUE_ROLES = frozenset({Role.PARTNER, Role.BOT, Role.STORE})
"""Roles that take the handoffs of one queue; an admin and a console take those of all."""


class StoredKey(Struct, frozen=True, kw_only=True):
    """A key as the database stores it."""

    key_id: UUID
    role: Role
    name: str
    queue: str | None
    store: str | None
    space: str | None
    """What keys that share it register counts once."""
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


async def create_key(
    connection: Connection,
    *,
    role: Role,
    name: str,
    now: datetime,
    queue: str | None = None,
    store: str | None = None,
    space: str | None = None,
    expires_at: datetime | None = None,
    sandbox: bool = False,
) -> str:
    """A new key's text, which is stored nowhere: `ask_<role>_` and 43 characters.

    `queue` is the one that the key serves: a partner's must name one, a bot's and a store's may. `store` is the shop
    that a store's key stands in. What keys of one `space` register counts once; without one it is the name.
    With `sandbox` it is the key of this role that every sandbox has. InvalidInput for an option that the role has no
    use for.
    """
    secret = base64.urlsafe_b64encode(secrets.token_bytes(_RANDOM_BYTES)).rstrip(b"=").decode()
    key = sandbox_key(role) if sandbox else f"ask_{role}_{secret}"
    _check_new_key(role=role, name=name, queue=queue, store=store, space=space, expires_at=expires_at, now=now)
    space_id = await find_or_create_space(connection, name if space is None else space)
    await connection.execute(
        SQL.create_key, new_id(), hash_key(key.encode()), role, name, queue, store, now, expires_at, space_id
    )
    return key


def sandbox_key(role: Role) -> str:
    """The text of the key of every sandbox, which no other installation takes: it may stand in settings of tests."""
    return f"ask_{role}_{_SANDBOX_MARK:0<43}"


def is_sandbox_key(key: bytes) -> bool:
    """Whether this is the key of a sandbox; no random key will ever begin like one."""
    return key.partition(b"_")[2].partition(b"_")[2].startswith(_SANDBOX_MARK.encode())


async def find_or_create_space(connection: Connection, name: str) -> int:
    """The id of the space of this name. InvalidInput for a name that no key could have."""
    _check_text("space", name)
    space_id: int = await connection.fetchval(SQL.find_or_create_space, name)
    return space_id


async def find_space_name(connection: Connection, space_id: int) -> str | None:
    """The name of a space of keys; None for those of askonce and of files."""
    name: str | None = await connection.fetchval(SQL.find_space_name, space_id)
    return name


async def list_keys(connection: Connection) -> list[StoredKey]:
    """Every key there ever was, the oldest first."""
    return [StoredKey(**{**row, "role": Role(row["role"])}) for row in await connection.fetch(SQL.list_keys)]


async def revoke_key(connection: Connection, key: str, now: datetime) -> list[UUID]:
    """End the keys in force of this id or name; gives their ids. Every process refuses them within two seconds."""
    return [row["key_id"] for row in await connection.fetch(SQL.revoke_key, key, now)]


async def find_keys(
    connection: Connection, hashes: Iterable[bytes], now: datetime
) -> dict[bytes, tuple[Principal, datetime | None]]:
    """The keys in force among these hashes: hash -> (principal, expiry)."""
    rows = await connection.fetch(SQL.find_keys, list(hashes), now)
    return {
        row["key_hash"]: (
            Principal(
                key_id=row["key_id"],
                role=Role(row["role"]),
                name=row["name"],
                queue=row["queue"],
                store=row["store"],
                space_id=row["space_id"],
            ),
            row["expires_at"],
        )
        for row in rows
    }


async def is_in_force(connection: Connection, key_id: UUID, now: datetime) -> bool:
    """Whether the key of this id is neither revoked nor expired."""
    in_force: bool = await connection.fetchval(SQL.key_is_in_force, key_id, now)
    return in_force


def is_key(text: bytes) -> bool:
    """Whether this has the form of a key at all."""
    return _KEY_PATTERN.fullmatch(text) is not None


def hash_key(key: bytes) -> bytes:
    """What is stored of a key: its SHA-256. It has 256 random bits, so a slow password hash would add nothing."""
    return hashlib.sha256(key).digest()


def _check_new_key(
    *,
    role: Role,
    name: str,
    queue: str | None,
    store: str | None,
    space: str | None,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    for field, value in (("name", name), ("queue", queue), ("store", store), ("space", space)):
        if value is not None:
            _check_text(field, value)
    _check_narrowing(role, queue=queue, store=store)
    if role is Role.PARTNER and queue is None:
        raise InvalidInput("A partner's key needs a queue: it sees the customers of that queue alone.", field="queue")
    if expires_at is not None and expires_at <= now:
        raise InvalidInput("The key would have expired already: take a later time.", field="expires_at")


def _check_text(field: str, value: str) -> None:
    if not 0 < len(value.strip()) <= _MAX_NAME_CHARS or not value.isprintable():
        raise InvalidInput(f"{field}: 1 to {_MAX_NAME_CHARS} printable characters are expected.", field=field)


def _check_narrowing(role: Role, *, queue: str | None, store: str | None) -> None:
    """InvalidInput for an option without an effect on this role: the operator would take the key for narrower."""
    if queue is not None and role not in _QUEUE_ROLES:
        raise InvalidInput(f"A key of role {role} serves no queue: leave --queue out.", field="queue")
    if store is not None and role is not Role.STORE:
        raise InvalidInput(
            f"A key of role {role} stands in no shop: leave --store out, or make a key of role store.", field="store"
        )
