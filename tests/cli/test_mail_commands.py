"""What `askonce` does for mail."""

import asyncio
import json
from uuid import UUID

import asyncpg
import pytest

pytestmark = pytest.mark.slow

SECRET = "whsec_c2VjcmV0LW9mLTI0LWJ5dGVzLWxvbmch"


def test_a_sample_shows_what_a_mail_becomes(askonce, own_database):
    assert askonce("channels", "add", "postmark", "--name", "desk", **own_database).returncode == 0
    shown = json.loads(askonce("channels", "test", "desk", **own_database).stdout)
    assert shown["ParsedMail"]["text"] == "The new cable did not help either."
    assert "Please try the cable" in shown["ParsedMail"]["full_text"]


def test_a_sample_of_resend_fetches_nothing(askonce, own_database):
    askonce("channels", "add", "resend", "--name", "desk", "--set", f"secret={SECRET}", **own_database)
    assert askonce("channels", "test", "desk", **own_database).stdout.startswith("nothing")


def test_a_token_is_printed_for_a_conversation_on_record(askonce, own_database):
    askonce("channels", "add", "email", "--name", "desk", "--set", "reply_address=help@example.org", **own_database)
    askonce("channels", "test", "desk", "--register", **own_database)
    conversation = asyncio.run(only_conversation(own_database["database_url"]))
    made = askonce("email", "token", conversation, "--mail-ref", "7", "--attempt", "Sent a cable", **own_database)
    token = json.loads(made.stdout)
    assert token["reply_to"].startswith("help+")
    assert token["headers"]["Message-ID"] == token["message_id"]
    assert "interaction_id" in token


def test_a_conversation_that_there_is_not_is_said(askonce, own_database):
    unknown = askonce("email", "token", UUID(int=1), **own_database)
    assert (unknown.returncode, unknown.stderr) == (1, "Error: There is no such conversation.\n")


async def only_conversation(url: str) -> UUID:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("SELECT conversation_id FROM conversation")
    finally:
        await connection.close()
