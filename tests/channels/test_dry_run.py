"""An operator tries a door out: what a recorded delivery would become, and the command that sends it for real."""

import subprocess

import pytest
from msgspec.structs import replace

from service.channels.registry import ADAPTERS
from service.inbound.curl import SECRET_VARIABLE, curl_command, delivery_for_now
from service.inbound.dry_run import try_delivery
from service.inbound.mail.parsers import MailParsers
from service.model.vocabulary import IdentityKind
from tests.channels.test_delivery_log import SECRETS
from tests.channels.vendors import delivery_of, instance_of
from tests.fixtures import NOW

SILENT = {"resend"}
"""Doors whose recorded delivery tells of nothing, since all else would be fetched from the vendor."""

CURL = """#!/bin/sh
printf '%s\\0' "$@"
for last; do :; done
test "$last" != @- || cat
"""
"""Writes down what it is given, instead of sending it."""


@pytest.fixture
async def parsers():
    parsers = MailParsers()
    yield parsers
    await parsers.close()


def door(name: str):
    return ADAPTERS[name], instance_of(ADAPTERS[name], secret=SECRETS.get(name, "it's a secret"))


async def tried(name, delivery, parsers, *, checks_proof=True):
    adapter, account = door(name)
    return await try_delivery(adapter, account, delivery, checks_proof=checks_proof, region="DE", parsers=parsers)


async def test_a_recorded_delivery_shows_at_each_door_what_it_would_become(parsers):
    for name, adapter in ADAPTERS.items():
        for sample in adapter.samples(door(name)[1]):
            run = await tried(name, sample, parsers)
            assert (run.proven, run.refused) == (True, None), name
            assert run.reply is not None, name
            assert bool(run.events) is (name not in SILENT), name
            assert [one.refused for one in run.events if one.refused] == [], name


async def test_an_identity_is_shown_as_it_would_be_on_record(parsers):
    (sample, *_) = ADAPTERS["meta"].samples(door("meta")[1])
    (event,) = (await tried("meta", sample, parsers)).events
    phones = [one.value for one in event.identities if one.kind is IdentityKind.PHONE]
    assert phones == ["+4917112345678"]
    assert event.text == "Where is my parcel?"


async def test_a_mail_is_taken_apart(parsers):
    (sample,) = ADAPTERS["email"].samples(door("email")[1])
    (event,) = (await tried("email", sample, parsers)).events
    assert (event.subject, event.text) == ("Router does not connect", "The new cable did not help either.")


async def test_a_wrong_proof_is_told_and_nothing_of_the_delivery(parsers):
    (sample,) = ADAPTERS["chatwoot"].samples(door("chatwoot")[1])
    run = await tried("chatwoot", replace(sample, raw=sample.raw + b" "), parsers)
    assert (run.proven, run.events) == (False, ())
    assert run.refused


async def test_a_body_of_ones_own_is_read_without_its_proof(parsers):
    typing = delivery_of({"event": "conversation_typing_on"})
    run = await tried("chatwoot", typing, parsers, checks_proof=False)
    assert (run.proven, run.events, run.refused) == (None, (), None)
    nameless = await tried("chatwoot", delivery_of({}), parsers, checks_proof=False)
    assert nameless.refused == "The name of the event is needed."


def commands(name: str):
    adapter, account = door(name)
    for sample in adapter.samples(account):
        delivery = delivery_for_now(adapter, account, sample, public_url="https://care.example", now=NOW)
        yield account, delivery, curl_command(delivery, account)


@pytest.mark.parametrize("name", ADAPTERS)
def test_the_command_sends_what_the_vendor_would_and_holds_no_secret(name, tmp_path):
    """The shell runs it with a `curl` that writes down what it is given."""
    curl = tmp_path / "curl"
    curl.write_text(CURL)
    curl.chmod(0o755)
    for account, delivery, command in commands(name):
        assert account.secret not in command
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", SECRET_VARIABLE: account.secret}
        given = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, check=True).stdout
        *options, body, piped = given.decode().split("\0")
        assert delivery.url in options
        assert (piped if body == "@-" else body) == delivery.raw.decode()
        told = {f"{key}: {value}" for key, value in delivery.headers.items() if key != "authorization"}
        assert told <= set(options)


@pytest.mark.parametrize("name", ADAPTERS)
def test_what_the_command_sends_is_proven_now(name):
    adapter, account = door(name)
    for _, delivery, _ in commands(name):
        adapter.verify(delivery, account)
