"""Seals every stored secret with the first key: those that are plain, and those of a key that is to be retired."""

from collections.abc import Collection, Mapping

import msgspec
from msgspec import Struct, field

from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import SecretUnreadable
from service.sealing.keys import KeyRing, current_ring
from service.sealing.mail_key import opened_mail_key, sealed_mail_key

SQL = Statements("service.sealing", "rotation")


class SecretsFound(Struct, frozen=True, kw_only=True):
    """How secrets are stored: how many there are, and where those stand that are plain or that no key opens."""

    total: int
    plain: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


class Rotation(Struct, kw_only=True):
    """What was sealed anew, and where those stand that no key opens; they stay as they are."""

    sealed: int = 0
    unreadable: list[str] = field(default_factory=list)


async def find_secrets(connection: Connection) -> SecretsFound:
    """How the secrets of this database are stored, and what the keys of this process cannot open."""
    ring, plain = current_ring(), KeyRing()
    rows = [(row["place"], row["stored"]) for row in await connection.fetch(SQL.list_secrets)]
    return SecretsFound(
        total=len(rows),
        plain=[place for place, stored in rows if plain.is_current(stored)],
        unreadable=[place for place, stored in rows if not _opens(ring, stored)],
    )


async def rotate_secrets(connection: Connection, secret_settings: Mapping[str, Collection[str]]) -> Rotation:
    """Seal what is not sealed with the first key; in a transaction.

    `secret_settings` names for each adapter the settings of its doors that are secrets. Without keys, what can be
    opened is stored plainly again.
    """
    done, ring = Rotation(), current_ring()
    await _rotate_doors(connection, ring, secret_settings, done)
    await _rotate_webhooks(connection, ring, done)
    await _rotate_mail_key(connection, ring, done)
    return done


async def _rotate_doors(
    connection: Connection, ring: KeyRing, secret_settings: Mapping[str, Collection[str]], done: Rotation
) -> None:
    for row in await connection.fetch(SQL.lock_doors):
        settings = msgspec.json.decode(row["settings"], type=dict[str, object])
        given = {name: settings[name] for name in secret_settings.get(row["adapter"], ()) if name in settings}
        texts = {name: value for name, value in given.items() if isinstance(value, str) and value}
        place = f"door {row['name']}"
        secret = _renewed(ring, row["secret"], place, done)
        renewed = {name: _renewed(ring, value, f"{place}, {name}", done) for name, value in texts.items()}
        stored = msgspec.json.encode(settings | renewed).decode()
        await connection.execute(SQL.store_door, row["instance_id"], secret, stored)


async def _rotate_webhooks(connection: Connection, ring: KeyRing, done: Rotation) -> None:
    for row in await connection.fetch(SQL.lock_webhooks):
        renewed_secret = _renewed(ring, row["secret"], f"webhook {row['name']}", done)
        await connection.execute(SQL.store_webhook, row["webhook_id"], renewed_secret)
    for row in await connection.fetch(SQL.lock_old_secrets):
        renewed_secret = _renewed(ring, row["secret"], f"webhook {row['name']}, the secret of before", done)
        await connection.execute(SQL.store_old_secret, row["webhook_id"], row["secret"], renewed_secret)


async def _rotate_mail_key(connection: Connection, ring: KeyRing, done: Rotation) -> None:
    stored: bytes = await connection.fetchval(SQL.lock_mail_key)
    if ring.is_current(stored.decode("latin-1")):
        return
    try:
        await connection.execute(SQL.store_mail_key, sealed_mail_key(opened_mail_key(stored)))
        done.sealed += 1
    except SecretUnreadable:
        done.unreadable.append("the key of mail tokens")


def _renewed(ring: KeyRing, stored: str, place: str, done: Rotation) -> str:
    if ring.is_current(stored):
        return stored
    try:
        renewed = ring.seal(ring.open(stored))
    except SecretUnreadable:
        done.unreadable.append(place)
        return stored
    done.sealed += 1
    return renewed


def _opens(ring: KeyRing, stored: str) -> bool:
    try:
        ring.open(stored)
    except SecretUnreadable:
        return False
    return True
