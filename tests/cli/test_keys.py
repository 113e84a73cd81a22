import re

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def keys(askonce, own_database):
    return lambda *arguments: askonce("keys", *arguments, **own_database)


@pytest.mark.promise("S5")
def test_a_new_key_is_printed_alone_listed_without_its_secret_and_revoked_once(keys):
    made = keys("create", "--role", "partner", "--name", "call centre", "--queue", "spain", "--days", "30")
    assert re.fullmatch(r"ask_partner_[A-Za-z0-9_-]{43}\n", made.stdout)

    header, row = keys("list").stdout.splitlines()
    assert header.split("\t")[:6] == ["id", "role", "name", "queue", "store", "space"]
    assert row.split("\t")[1:6] == ["partner", "call centre", "spain", "-", "call centre"]
    assert made.stdout.strip() not in row

    assert keys("revoke", "call centre").stdout.strip() == row.split("\t")[0]
    again = keys("revoke", "call centre")
    assert again.returncode == 1
    assert "askonce keys list" in again.stderr


def test_keys_of_one_system_share_a_space_that_the_list_shows(keys):
    for name in ("till 1", "till 2"):
        keys("create", "--role", "store", "--name", name, "--space", "tills")
    _, *rows = keys("list").stdout.splitlines()
    assert [row.split("\t")[5] for row in rows] == ["tills", "tills"]


def test_a_key_that_makes_no_sense_is_refused_with_a_sentence(keys):
    refused = keys("create", "--role", "partner", "--name", "no queue")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "needs a queue" in refused.stderr
    assert keys("create", "--role", "emperor", "--name", "nero").returncode == 2
