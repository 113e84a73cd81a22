"""The doors that are configured: several Twilio accounts, several mailboxes, each under a name of its own."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from time import monotonic
from typing import Any, cast

import msgspec
from msgspec import Struct

from service.channels.base import Adapter, ChannelAccount, Delivery, secret_settings
from service.db.pool import Connection, Database
from service.db.statements import Statements
from service.errors import ChannelUnknown, DatabaseUnavailable, DeliveryRefused, InvalidInput, SecretUnreadable
from service.model.ids import new_id
from service.registration.sources import HouseSource
from service.sealing.keys import open_secret, seal_secret

SQL = Statements("service.inbound", "accounts")

DELIVERIES = "deliveries"
"""What follows the name of a door in the path of the list of its deliveries; no door has this name."""
MAX_AGE_S = 1.9
"""How long a process goes on with the instances that it has read."""
_MIN_REFRESH_S = 0.2
"""An instance that is not among them may be new: look again, but not more often than this."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class ListedAccount(Struct, frozen=True, kw_only=True):
    """An instance as people see it: without its secret."""

    name: str
    adapter: str
    created_at: datetime
    payloads: int


async def add_account(
    connection: Connection, adapter: Adapter, *, name: str, values: Mapping[str, str], now: datetime
) -> ChannelAccount:
    """Store a new instance; `values` are its settings as text; without a `secret` among them, a new one is made.

    InvalidInput names the setting that is unknown or cannot be taken, or says that the name is in use.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput("name: 1 to 100 letters, digits, dots, dashes and underscores are expected.", field="name")
    if name in {DELIVERIES, *adapter.below}:
        raise InvalidInput(f"name: {name} is a path of {adapter.name} itself; choose another one.", field="name")
    settings = dict(values)
    secret = settings.pop("secret", "") or adapter.new_secret()
    account = ChannelAccount(
        account_id=new_id(), adapter=adapter.name, name=name, secret=secret, settings=parse_settings(adapter, settings)
    )
    if account.source in set(HouseSource):
        raise InvalidInput(f"name: {account.source} is a source of askonce itself; choose another name.", field="name")
    stored = seal_secret(secret), _sealed_settings(account.settings)
    if await connection.fetchval(SQL.insert_account, account.account_id, adapter.name, name, *stored, now) is None:
        raise InvalidInput(f"name: A door of the name {name} exists already.", field="name")
    return account


async def remove_account(connection: Connection, name: str) -> None:
    """Delete an instance and its stored payloads. ChannelUnknown if there is none of this name."""
    if await connection.execute(SQL.delete_account, name) == "DELETE 0":
        raise ChannelUnknown


async def list_accounts(connection: Connection) -> list[ListedAccount]:
    """Every instance by name, with the number of payloads that are kept."""
    return [ListedAccount(**row) for row in await connection.fetch(SQL.list_accounts)]


async def read_accounts(connection: Connection, adapters: Mapping[str, Adapter]) -> list[ChannelAccount]:
    """Every account of the adapters known here, oldest first, without those that have a secret that no key opens."""
    accounts, _ = await _read_accounts(connection, adapters)
    return accounts


async def _read_accounts(
    connection: Connection, adapters: Mapping[str, Adapter]
) -> tuple[list[ChannelAccount], list[tuple[str, str]]]:
    """The accounts of the adapters, oldest first; and adapter and name of those with a secret that no key opens."""
    accounts, unreadable = [], []
    for row in await connection.fetch(SQL.read_accounts):
        if row["adapter"] not in adapters:
            continue
        try:
            settings = _opened_settings(row["settings"], adapters[row["adapter"]].settings)
            secret = open_secret(row["secret"])
        except SecretUnreadable:
            unreadable.append((row["adapter"], row["name"]))
            continue
        accounts.append(
            ChannelAccount(
                account_id=row["instance_id"],
                adapter=row["adapter"],
                name=row["name"],
                secret=secret,
                settings=settings,
            )
        )
    return accounts, unreadable


def _sealed_settings(settings: Any) -> str:
    """An instance's settings as JSON with its secrets sealed."""
    values, kind = msgspec.to_builtins(settings), cast("Any", type(settings))
    sealed = {name: seal_secret(values[name]) for name in secret_settings(kind) if values.get(name)}
    return msgspec.json.encode(values | sealed).decode()


def _opened_settings(stored: str, kind: Any) -> Any:
    """The settings of this class that were stored. SecretUnreadable if no key opens a secret of them."""
    values = msgspec.json.decode(stored, type=dict[str, Any])
    opened = {name: open_secret(values[name]) for name in secret_settings(kind) if values.get(name)}
    return msgspec.convert(values | opened, kind)


async def find_account_by_name(connection: Connection, adapters: Mapping[str, Adapter], name: str) -> ChannelAccount:
    """The instance of this name. ChannelUnknown if there is none."""
    accounts, unreadable = await _read_accounts(connection, adapters)
    for account in accounts:
        if account.name == name:
            return account
    if any(name == other for _, other in unreadable):
        raise SecretUnreadable(f"The secret of the door {name!r} is sealed with a key that ASKONCE_SECRETS_KEY lacks.")
    raise ChannelUnknown(f"There is no door {name!r}; `askonce channels list` shows them all.")


def parse_settings(adapter: Adapter, values: Mapping[str, str]) -> Any:
    """The adapter's settings out of texts; a list is written with commas, a mapping as JSON."""
    try:
        return msgspec.convert(
            {name: _parse_json_value(value) for name, value in values.items()}, adapter.settings, strict=False
        )
    except msgspec.ValidationError as error:
        allowed = ", ".join(adapter.settings.__struct_fields__) or "none"
        raise InvalidInput(f"{error}. The settings of {adapter.name} are: secret, {allowed}.") from None


def _parse_json_value(value: str) -> object:
    if value[:1] in {"{", "["}:
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def delivery_path(adapter: Adapter, account: ChannelAccount) -> str:
    """The URL that the vendor posts to; it contains the secret where the vendor takes nothing but a URL."""
    return f"/v1/channels/{adapter.name}/{account.secret if adapter.in_path else account.name}"


class ChannelAccounts:
    """The cached instances of this process; a new or removed one is noticed within two seconds."""

    def __init__(self, database: Database, adapters: Mapping[str, Adapter]) -> None:
        self._database = database
        self._adapters = adapters
        self._read_at: float | None = None
        self._by_name: dict[tuple[str, str], ChannelAccount] = {}
        self._by_secret: dict[tuple[str, bytes], ChannelAccount] = {}
        self._sole_accounts: dict[str, ChannelAccount] = {}
        self._unreadable: list[tuple[str, str]] = []

    async def find_account(self, adapter: Adapter, delivery: Delivery) -> tuple[ChannelAccount, str]:
        """The instance that a delivery is for, and the rest of its path.

        ChannelUnknown, DeliveryRefused, or SecretUnreadable if it may be for one whose secret no key opens.
        """
        find = self._find_by_secret if adapter.in_path else self._find_by_name
        await self._refresh(MAX_AGE_S)
        found = find(adapter, delivery)
        if found is None:
            await self._refresh(_MIN_REFRESH_S)
            found = find(adapter, delivery)
        if found is not None:
            return found
        if any(adapter.name == other for other, _ in self._unreadable):
            raise SecretUnreadable  # the vendor tries again later
        if adapter.in_path:
            raise DeliveryRefused
        sole = self._sole_accounts.get(adapter.name)
        if sole is None or delivery.rest.partition("/")[0] not in {"", *adapter.below}:
            raise ChannelUnknown
        return sole, delivery.rest

    def _find_by_name(self, adapter: Adapter, delivery: Delivery) -> tuple[ChannelAccount, str] | None:
        first, _, rest = delivery.rest.partition("/")
        account = self._by_name.get((adapter.name, first))
        return None if account is None else (account, rest)

    def _find_by_secret(self, adapter: Adapter, delivery: Delivery) -> tuple[ChannelAccount, str] | None:
        first, _, rest = delivery.rest.partition("/")
        in_path = self._by_secret.get((adapter.name, _digest(first)))
        if in_path is not None:
            return in_path, rest
        for secret in _presented_secrets(delivery):
            if (account := self._by_secret.get((adapter.name, _digest(secret)))) is not None:
                return account, rest if first == account.name else delivery.rest
        return None

    async def _refresh(self, max_age_s: float) -> None:
        """Read the instances again unless that was done lately; those of before serve while the database is down."""
        if self._read_at is not None and monotonic() - self._read_at < max_age_s:
            return
        try:
            async with self._database.connection() as connection:
                accounts, self._unreadable = await _read_accounts(connection, self._adapters)
        except DatabaseUnavailable:
            if self._read_at is None:
                raise
            return
        self._read_at = monotonic()
        self._by_name = {(one.adapter, one.name): one for one in accounts}
        self._by_secret = {(one.adapter, _digest(one.secret)): one for one in accounts}
        adapters = [one.adapter for one in accounts]
        self._sole_accounts = {one.adapter: one for one in accounts if adapters.count(one.adapter) == 1}


def _presented_secrets(delivery: Delivery) -> Iterator[str]:
    """Secrets shown elsewhere than in the path: as a bearer token, as the password of Basic, as `?token=`."""
    scheme, _, value = delivery.header("authorization").partition(" ")
    if scheme.lower() == "bearer":
        yield value.strip()
    elif scheme.lower() == "basic":
        try:
            yield base64.b64decode(value).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return
    if delivery.query_string:
        yield delivery.query.get("token", "")


def _digest(secret: str) -> bytes:
    """A look-up by the digest takes the same time whatever part of a secret was guessed."""
    return hashlib.sha256(secret.encode()).digest()
