"""TRUST S18, S27: no secret of a door in kept payloads, in the record, in logs, metrics or problems."""

import base64
import gzip
import json
import re
from urllib.parse import parse_qs, quote, quote_plus

import pytest
from msgspec.structs import fields, replace
from structlog.testing import capture_logs

from service.app.arrivals import create_deliveries, create_registrar
from service.channels.base import Delivery
from service.channels.registry import ADAPTERS
from service.db.migrate import list_migrations
from service.inbound.payloads import read_payloads, store_payload
from service.inbound.redaction import without_secrets
from tests.channels.vendors import instance_of
from tests.fixtures import NOW

CANARY = "canary+of~a-door"
NO_SECRETS = {"password_file", "verification_key"}
"""The name of a file, and a public key."""


def written(secret: str) -> list[str]:
    """The secret as it may be found: in clear, quoted, in Base64 alone and behind a user's name, and as bytea."""
    encoded = [
        base64.b64encode(f"{before}{secret}".encode()).decode()[8:-4] for before in ("abcdef", "abcde:u", "abcd:us")
    ]
    return [secret, quote(secret, safe=""), quote_plus(secret), secret.encode().hex(), *encoded]


async def everything(rooms) -> str:
    """All that the database holds, but for the settings of the doors themselves."""
    async with rooms.database.connection() as connection:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        held = [
            await connection.fetchval(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {name} t")
            for (name,) in names
            if name != "channel_instance"
        ]
    return " ".join(held)


def secret_names(settings: type) -> list[str]:
    """The settings that are named like secrets."""
    named = [one.name for one in fields(settings) if re.search("secret|password|token|key", one.name)]
    return [name for name in named if name not in NO_SECRETS]


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_setting_that_is_named_like_a_secret_is_one(name):
    names = secret_names(ADAPTERS[name].settings)
    account = instance_of(ADAPTERS[name], **dict.fromkeys(names, CANARY))
    assert account.secrets == ("s3cret", *[CANARY for _ in names])


def with_canary(sample: Delivery, secret: str) -> Delivery:
    """A sample that shows the secret wherever its signature leaves room."""
    basic = base64.b64encode(f"user:{secret}".encode()).decode()
    shown = {
        "x-vendor-token": secret,
        "x-hub-signature": secret,
        "x-forwarded-uri": f"/hook?t={quote(secret, safe='')}",
    }
    shown |= {"x-original-authorization": f"Basic {basic}", "cookie": f"s={secret}", "referer": f"https://a/{secret}"}
    everywhere = "".join(f"%{byte:02x}" for byte in secret.encode())
    query = f"token={quote(secret)}&again={everywhere}&basic={quote(basic)}&kept=1"
    return replace(sample, headers=shown | dict(sample.headers), query_string=query)


@pytest.mark.parametrize("name", ADAPTERS)
@pytest.mark.promise("S18", "S27")
async def test_no_secret_of_a_door_is_kept_logged_counted_or_told(rooms, desk, open_door, measured, name):
    adapter = ADAPTERS[name]
    told = {one: f"{CANARY}-{one}" for one in secret_names(adapter.settings)}
    if name != "resend":  # its secret is Base64
        told["secret"] = CANARY
    account, path = await open_door(name, **told)
    deliveries = create_deliveries(rooms, create_registrar(rooms))
    with capture_logs() as logged:
        for sample in adapter.samples(account):
            for secret in account.secrets:
                await deliveries.receive_delivery(adapter, account, with_canary(sample, secret))
        refused = await desk.http.post(f"/v1/channels/{name}/nobody/{CANARY}?token=x{CANARY}", content=CANARY.encode())
    await rooms.mail_readers.close()
    metrics = (await desk.http.get("/metrics")).text
    found = f"{await everything(rooms)} {logged} {metrics} {refused.text} {account!r}"
    assert "x-forwarded-uri" in found
    shown = sum(form in found for secret in account.secrets for form in written(secret))
    measured("S27", "canaries found", shown)
    for secret in account.secrets:
        assert [form for form in written(secret) if form in found] == [], path


@pytest.mark.parametrize("secret", ["s3cret", "with space&ümlaut/+=?", 'quo"te\\d'])
@pytest.mark.parametrize(
    "write",
    [
        lambda secret: secret,
        quote_plus,
        lambda secret: quote(secret, safe=""),
        lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
        lambda secret: base64.b64encode(f"user:{secret}".encode()).decode(),
        lambda secret: base64.urlsafe_b64encode(f"u:{secret}".encode()).decode(),
    ],
)
@pytest.mark.promise("S27")
def test_a_secret_in_a_body_is_written_over_however_it_is_written(secret, write):
    account = replace(instance_of(ADAPTERS["segment"]), secret=secret)
    raw = f'{{"writeKey": "{write(secret)}", "event": "Bought"}}'.encode()
    for body in (raw, gzip.compress(raw)):
        cleaned = without_secrets(Delivery(raw=body, headers={}, received_at=NOW), account).raw
        assert cleaned.startswith(b'{"writeKey": "')
        assert cleaned.endswith(b'", "event": "Bought"}')
        assert write(secret)[3:].encode() not in cleaned


def test_what_holds_no_secret_stays_as_it_came():
    account = replace(instance_of(ADAPTERS["segment"]), secret=CANARY)
    packed = gzip.compress(b'{"event": "Bought"}')
    came = Delivery(
        raw=packed, headers={"content-type": "a/b"}, rest="v1/t", query_string="a=%FF+%2b&b&=c", received_at=NOW
    )
    assert without_secrets(came, account) == came


def test_a_query_keeps_what_stands_beside_a_secret():
    account = replace(instance_of(ADAPTERS["segment"]), secret=CANARY)
    came = Delivery(raw=b"", headers={}, query_string=f"to=a%26b&token={quote(CANARY)}&last=1", received_at=NOW)
    query = parse_qs(without_secrets(came, account).query_string)
    assert query == {"to": ["a&b"], "token": ["x" * len(CANARY)], "last": ["1"]}


@pytest.mark.promise("S27")
async def test_what_was_kept_before_is_cleaned_by_the_migration(rooms, open_door):
    account, _ = await open_door("rasa", secret="an-old_secret")
    kept = Delivery(
        raw=b"{}",
        headers={"x-token": "an-old_secret"},
        rest="an-old_secret/a",
        query_string="token=an-old_secret",
        received_at=NOW,
    )
    (update,) = re.findall(r"^UPDATE .*?;", dict(list_migrations())["0014_secrets"], re.DOTALL | re.MULTILINE)
    async with rooms.database.transaction() as connection:
        await store_payload(connection, account.account_id, kept, taken=True)
        await connection.execute(update)
    ((_, cleaned),) = [one async for one in read_payloads(rooms.database, account.account_id)]
    x = "x" * len("an-old_secret")
    assert (cleaned.rest, cleaned.query_string, cleaned.headers) == (f"{x}/a", f"token={x}", {"x-token": x})
