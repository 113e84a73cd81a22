"""Webhooks: who outside is told, of what, and with which secret the messages are signed."""

import asyncio
import base64
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import httpx

from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import InvalidInput, WebhookDisabled, WebhookUnknown
from service.events import journal
from service.events.model import StoredWebhook, Webhook, WebhookRequest
from service.events.transport import Resolve, checked_addresses
from service.model.ids import new_id
from service.sealing.keys import seal_secret

SQL = Statements("service.events", "webhooks")

OLD_SECRET_LIFETIME = timedelta(days=1)
"""How long a secret that was replaced signs beside the new one."""
_SECRET_BYTES = 32
_NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_HOST_PATTERN = re.compile(rb"[a-z0-9._-]{1,253}|[0-9a-f:.]+")
_LOOKUP_TIMEOUT_S = 2.0
_MAX_PORT = 65_535


async def check_webhook_url(text: str, resolve: Resolve, *, allow_private: bool) -> None:
    """Refuse a URL that nothing may be sent to.

    A host that cannot be resolved now is not refused: its addresses are checked whenever something is sent.
    """
    url = _parse_url(text)
    if url.scheme != "https" and not (allow_private and url.scheme == "http"):
        raise _invalid_url("A webhook is called over https.")
    if url.userinfo or not _HOST_PATTERN.fullmatch(url.raw_host) or not 0 < (url.port or 1) <= _MAX_PORT:
        raise _invalid_url("A host and at most a port are expected, as in https://example.com:8443/hook.")
    try:
        async with asyncio.timeout(_LOOKUP_TIMEOUT_S):
            await checked_addresses(resolve, url, allow_private=allow_private)
    except (OSError, UnicodeError):
        return


async def store_webhook(
    database: Database, name: str, requested: WebhookRequest, *, resolve: Resolve, allow_private: bool, now: datetime
) -> tuple[StoredWebhook, bool]:
    """Check and store a webhook; gives it and whether it is new. InvalidInput or WebhookAddressRefused."""
    if not _NAME_PATTERN.fullmatch(name):
        message = "1 to 100 letters, digits, dots, dashes and underscores are expected."
        raise InvalidInput(f"name: {message}", field="name", message=message)
    await check_webhook_url(requested.url, resolve, allow_private=allow_private)
    async with database.transaction() as connection:
        return await upsert_webhook(connection, name, requested, now=now)


async def upsert_webhook(
    connection: Connection, name: str, requested: WebhookRequest, *, now: datetime
) -> tuple[StoredWebhook, bool]:
    """Store a webhook whose URL was checked; gives it and whether it is new. An older one keeps its secret.

    InvalidInput if its queue is unknown.
    """
    if requested.queue is not None and not await journal.queue_exists(connection, requested.queue):
        raise InvalidInput("queue: There is no such queue.", field="queue", message="There is no such queue.")
    secret = _new_secret()
    types = list(dict.fromkeys(requested.types))
    created: bool = await connection.fetchval(
        SQL.upsert_webhook,
        new_id(),
        name,
        requested.url,
        types,
        requested.role,
        requested.queue,
        seal_secret(secret),
        now,
    )
    stored = StoredWebhook(
        name=name,
        url=requested.url,
        types=types,
        role=requested.role,
        queue=requested.queue,
        secret=secret if created else None,
    )
    return stored, created


async def rotate_secret(connection: Connection, name: str, *, now: datetime) -> StoredWebhook:
    """The webhook with a new secret; that of before signs beside it for a day. WebhookUnknown if there is none."""
    webhook_id = await connection.fetchval(SQL.lock_webhook, name)
    if webhook_id is None:
        raise WebhookUnknown
    secret = _new_secret()
    rows = await connection.fetch(SQL.replace_secret, webhook_id, seal_secret(secret), now + OLD_SECRET_LIFETIME)
    return StoredWebhook(**rows[0], secret=secret)


async def list_webhooks(connection: Connection, *, after: str | None, limit: int) -> list[Webhook]:
    """The webhooks after this name, by name."""
    return [Webhook(**row) for row in await connection.fetch(SQL.list_webhooks, after, limit, None)]


async def read_webhook(connection: Connection, name: str) -> Webhook:
    """A webhook with the numbers of its deliveries. WebhookUnknown if there is none of this name."""
    rows = await connection.fetch(SQL.list_webhooks, None, 1, name)
    if not rows:
        raise WebhookUnknown
    return Webhook(**rows[0])


async def pause_webhook(connection: Connection, name: str, since: datetime | None) -> Webhook:
    """Let a webhook wait since then, or go on if that is None; gives it. WebhookUnknown if there is none."""
    if await connection.execute(SQL.pause_webhook, name, since) == "UPDATE 0":
        raise WebhookUnknown
    return await read_webhook(connection, name)


async def find_webhook_id(connection: Connection, name: str) -> UUID:
    """The id of a webhook. WebhookUnknown if there is none of this name."""
    row = await connection.fetchrow(SQL.find_webhook, name)
    if row is None:
        raise WebhookUnknown
    return UUID(str(row["webhook_id"]))


async def find_enabled_webhook_id(connection: Connection, name: str) -> UUID:
    """The id of a webhook that is not disabled. WebhookUnknown, or WebhookDisabled."""
    row = await connection.fetchrow(SQL.find_webhook, name)
    if row is None:
        raise WebhookUnknown
    if row["disabled"]:
        raise WebhookDisabled
    return UUID(str(row["webhook_id"]))


async def delete_webhook(connection: Connection, name: str) -> None:
    """Forget a webhook and what is on its way to it. WebhookUnknown if there is none of this name."""
    if await connection.execute(SQL.delete_webhook, name) == "DELETE 0":
        raise WebhookUnknown


def _new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _parse_url(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise _invalid_url("This is no URL.") from None


def _invalid_url(message: str) -> InvalidInput:
    return InvalidInput(f"url: {message}", field="url", message=message)
