"""`askonce channels`: doors are opened, tried, listed, read once more and closed."""

import json

import httpx
import pytest

from tests.cli.conftest import serving, until

pytestmark = pytest.mark.slow


def add(askonce, own_database, adapter: str, name: str, *values: str):
    return askonce("channels", "add", adapter, "--name", name, *values, **own_database)


def test_a_new_door_is_printed_as_one_line_with_its_path_and_secret(askonce, own_database):
    added = json.loads(add(askonce, own_database, "twilio", "hotline", "--set", "secret=s3cret").stdout)
    assert added == {"name": "hotline", "path": "/v1/channels/twilio/hotline", "secret": "s3cret"}
    told = json.loads(add(askonce, own_database, "cti", "exchange").stdout)
    assert told["path"] == f"/v1/channels/cti/{told['secret']}"
    assert len(told["secret"]) >= 32


def test_doors_are_listed_without_their_secrets_and_closed_by_name(askonce, own_database):
    secret = json.loads(add(askonce, own_database, "cti", "exchange").stdout)["secret"]
    listed = askonce("channels", "list", **own_database).stdout
    assert listed.splitlines()[1].split("\t")[:2] == ["exchange", "cti"]
    assert secret not in listed
    assert askonce("channels", "remove", "exchange", **own_database).returncode == 0
    assert askonce("channels", "list", **own_database).stdout.splitlines()[1:] == []
    gone = askonce("channels", "remove", "exchange", **own_database)
    assert (gone.returncode, gone.stderr.splitlines()[-1]) == (1, "Error: There is no such channel door.")


def test_what_was_tried_is_registered_once(askonce, own_database):
    add(askonce, own_database, "chatwoot", "shop")
    tried = askonce("channels", "test", "shop", "--register", **own_database)
    assert '"registered": 1, "duplicates": 0' in tried.stdout
    again = askonce("channels", "test", "shop", "--register", **own_database)
    assert '"registered": 0, "duplicates": 1' in again.stdout
    read = askonce("channels", "reparse", "shop", "--all", **own_database)
    assert read.stdout.startswith("0 deliveries read")


def test_a_value_that_begins_with_an_at_sign_is_written_with_two(askonce, own_database):
    listen = ("--set", "listen=lmtp://127.0.0.1:0", "--set")
    refused = add(askonce, own_database, "email", "desk", *listen, "recipients=@example.com")
    assert (refused.returncode, "written @@" in refused.stderr) == (2, True)
    assert add(askonce, own_database, "email", "desk", *listen, "recipients=@@example.com").returncode == 0


def test_what_there_is_not_is_said_with_what_there_is(askonce, own_database):
    unknown = add(askonce, own_database, "carrier-pigeon", "loft")
    assert unknown.returncode == 2
    assert "asterisk, botframework, chatwoot" in unknown.stderr
    setting = add(askonce, own_database, "twilio", "hotline", "--set", "colour=red")
    assert (setting.returncode, "colour" in setting.stderr) == (1, True)
    missing = askonce("channels", "test", "nowhere", **own_database)
    assert (missing.returncode, "askonce channels list" in missing.stderr) == (1, True)


def test_what_came_through_a_door_is_watched_without_its_content(askonce, own_database):
    path = json.loads(add(askonce, own_database, "rasa", "bot").stdout)["path"]
    with serving(**own_database) as service:
        refused = httpx.post(f"{service.url}{path}", content=b'{"text": "my secret words"', timeout=10)
        assert refused.status_code >= 400
        watched = until(lambda: askonce("channels", "watch", "bot", "--once", **own_database).stdout)
    assert "refused" in watched
    assert "/problems/" in watched
    assert "secret words" not in watched
    nowhere = askonce("channels", "watch", "nowhere", "--once", **own_database)
    assert nowhere.returncode == 1
