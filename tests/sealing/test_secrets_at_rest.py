"""Secrets of doors, webhooks and mail tokens are encrypted in the database, and their keys can be replaced."""

import pytest
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from service.channels.base import secret_settings
from service.channels.registry import ADAPTERS
from service.errors import ConfigurationError, SecretUnreadable
from service.events.model import WebhookRequest
from service.events.sending import signed_headers
from service.events.webhooks import rotate_secret, upsert_webhook
from service.inbound import accounts
from service.inbound.mail.threads import read_token_key, read_token_key_or_none
from service.model.vocabulary import Role
from service.sealing import keys
from service.sealing.rotation import find_secrets, rotate_secrets
from service.settings.environment import load_settings
from tests.fixtures import NOW

FIRST, SECOND = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = {"secret": "hotline-s3cret", "password": "ari-pa55word"}
ALL = {name: secret_settings(one.settings) for name, one in ADAPTERS.items()}


@pytest.fixture(autouse=True)
def no_keys_afterwards():
    yield
    keys.use_keys("")


@pytest.fixture
async def connection(database):
    async with database.connection() as connection:
        yield connection


async def store(connection) -> str:
    """A door with a secret setting, and a webhook whose secret was replaced; gives the webhook's new secret."""
    await accounts.add_account(connection, ADAPTERS["asterisk"], name="pbx", values=SECRETS, now=NOW)
    request = WebhookRequest(url="https://example.com/hook", types=["customer.merged"], role=Role.CONSOLE)
    await upsert_webhook(connection, "crm", request, now=NOW)
    return (await rotate_secret(connection, "crm", now=NOW)).secret


async def stored_bytes(connection) -> str:
    """What a dump of the tables with secrets shows."""
    tables = ("channel_instance", "webhook", "webhook_old_secret", "mail_key")
    return " ".join([str(await connection.fetch(f"SELECT * FROM {table}")) for table in tables])


async def secrets_read(connection) -> set[str]:
    (door,) = await accounts.read_accounts(connection, ADAPTERS)
    return set(door.secrets)


async def test_a_dump_shows_no_secret_and_the_service_reads_each(connection):
    keys.use_keys(FIRST)
    new = await store(connection)
    await rotate_secrets(connection, ALL)
    dump = await stored_bytes(connection)
    assert not [one for one in (*SECRETS.values(), new, "whsec_") if one in dump]
    assert await secrets_read(connection) == set(SECRETS.values())
    assert len(await read_token_key(connection)) == 32


async def test_without_a_key_secrets_are_stored_as_before(connection):
    new = await store(connection)
    dump = await stored_bytes(connection)
    assert all(one in dump for one in (*SECRETS.values(), new))
    assert (await find_secrets(connection)).total == len((await find_secrets(connection)).plain) == 4


async def test_secrets_from_before_the_key_are_read_and_then_sealed(connection):
    new, before = await store(connection), await read_token_key(connection)
    keys.use_keys(FIRST)
    assert await secrets_read(connection) == set(SECRETS.values())
    done = await rotate_secrets(connection, ALL)
    assert (done.sealed, done.unreadable) == (5, [])
    assert new not in await stored_bytes(connection)
    assert await read_token_key(connection) == before


async def test_a_key_is_replaced_while_everything_is_read(connection):
    keys.use_keys(FIRST)
    await store(connection)
    await rotate_secrets(connection, ALL)
    keys.use_keys(f"{SECOND}, {FIRST}")
    assert await secrets_read(connection) == set(SECRETS.values())
    assert (await rotate_secrets(connection, ALL)).sealed == 5
    keys.use_keys(SECOND)
    assert await secrets_read(connection) == set(SECRETS.values())
    assert (await find_secrets(connection)).unreadable == []


async def test_a_rotation_that_is_repeated_changes_nothing(connection):
    keys.use_keys(FIRST)
    await store(connection)
    await rotate_secrets(connection, ALL)
    before = await stored_bytes(connection)
    assert (await rotate_secrets(connection, ALL)).sealed == 0
    assert await stored_bytes(connection) == before


async def test_a_wrong_key_names_the_places_and_leaves_the_rest(connection):
    keys.use_keys(FIRST)
    await store(connection)
    keys.use_keys(SECOND)
    await accounts.add_account(connection, ADAPTERS["cti"], name="new", values={}, now=NOW)
    done = await rotate_secrets(connection, ALL)
    assert sorted(done.unreadable) == [
        "door pbx",
        "door pbx, password",
        "webhook crm",
        "webhook crm, the secret of before",
    ]
    assert [one.name for one in await accounts.read_accounts(connection, ADAPTERS)] == ["new"]
    with pytest.raises(SecretUnreadable, match="The secret of the door 'pbx'"):
        await accounts.find_account_by_name(connection, ADAPTERS, "pbx")


async def test_the_key_of_mail_tokens_that_cannot_be_opened_stops_no_mail(connection):
    keys.use_keys(FIRST)
    await rotate_secrets(connection, ALL)
    keys.use_keys("")
    with capture_logs() as logs:
        assert await read_token_key_or_none(connection) is None
    assert [one["event"] for one in logs] == ["mail_key_unreadable"]
    with pytest.raises(SecretUnreadable, match="does not stand in ASKONCE_SECRETS_KEY"):
        await read_token_key(connection)


def test_one_readable_secret_of_several_signs():
    ring = keys.use_keys(FIRST)
    old = ring.seal("whsec_b2xkb2xkb2xkb2xkb2xkb2xk")
    keys.use_keys(SECOND)
    given = {"message_id": "m", "content_type": "application/json", "now": NOW}
    headers = signed_headers(b"{}", secrets=["whsec_bmV3bmV3bmV3bmV3bmV3bmV3", old], **given)
    assert len(headers["webhook-signature"].split()) == 1
    with pytest.raises(SecretUnreadable):
        signed_headers(b"{}", secrets=[old], **given)


def test_a_sealed_secret_that_was_changed_is_not_opened():
    ring = keys.use_keys(FIRST)
    sealed = ring.seal("a")
    with pytest.raises(SecretUnreadable, match="was changed in the database"):
        ring.open(sealed[:-6] + ("AAAAA=" if sealed[-6:] != "AAAAA=" else "BBBBB="))


@pytest.mark.parametrize(
    "keys_text",
    ["short", FIRST[:-1], f"{FIRST};{SECOND}", f"{FIRST} {SECOND}"],
    ids=["short", "cut", "semicolon", "space"],
)
def test_what_is_no_key_is_refused_without_being_repeated(keys_text):
    with pytest.raises(ConfigurationError, match="ASKONCE_SECRETS_KEY") as refused:
        load_settings({"ASKONCE_SECRETS_KEY": keys_text})
    assert FIRST[:20] not in str(refused.value)


@pytest.mark.parametrize(
    "keys_text", [FIRST, f"{FIRST},{SECOND}", f"{FIRST} , {SECOND},"], ids=["one", "two", "spaced"]
)
def test_several_keys_stand_with_commas_between(keys_text):
    assert keys.use_keys(load_settings({"ASKONCE_SECRETS_KEY": keys_text}).secrets_key).fingerprint


def test_a_data_folder_gets_a_key_that_its_owner_alone_reads(tmp_path):
    made = keys.key_of_folder(tmp_path)
    assert keys.key_of_folder(tmp_path) == made
    assert (tmp_path / keys.KEY_FILE).stat().st_mode & 0o777 == 0o600
