"""TRUST S18, S27: no secret of a door in kept payloads, in the record, in logs, metrics or problems."""

import base64
import gzip
import json
from urllib.parse import parse_qs, quote, quote_plus

import pytest
from msgspec.structs import fields, replace
from structlog.testing import capture_logs

from service.app import create_deliveries, create_registrar
from service.channels.base import Delivery
from service.channels.registry import ADAPTERS
from service.inbound.redaction import without_secrets
from tests.channels.vendors import instance_of
from tests.fixtures import NOW

CANARY = "canary+of~a-door"
SECRET_SETTINGS = {"verify_token", "api_key", "password"}


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
async def test_no_secret_of_a_door_is_kept_logged_counted_or_told(rooms, desk, open_door, name):
    adapter = ADAPTERS[name]
    told = {one: f"{CANARY}-{one}" for one in SECRET_SETTINGS & {one.name for one in fields(adapter.settings)}}
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
