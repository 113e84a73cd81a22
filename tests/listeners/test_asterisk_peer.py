"""A real Asterisk with real SIP calls, heard of over both of its interfaces."""

from contextlib import ExitStack
from functools import partial

import pytest
from structlog.testing import capture_logs

from tests.channels.switchboard import Switchboard
from tests.listeners.real_asterisk import BUSY, Asterisk, unpacked
from tests.listeners.test_asterisk_lines import listening
from tests.patience import until

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return unpacked(tmp_path_factory.mktemp("debian"))


@pytest.fixture
def asterisk(root, tmp_path):
    return Asterisk(root, tmp_path)


@pytest.fixture
def board(desk, rooms, clock, database_url):
    board = Switchboard(desk, rooms, clock)
    board.database_url = database_url
    return board


class Door:
    """Where a reader connects to."""

    def __init__(self, port):
        self.port = port


@pytest.mark.parametrize("kind", ["ami", "ari"])
async def test_every_call_becomes_one_interaction_with_its_outcome(asterisk, board, kind):
    known = (await board.desk.register(identities=[("phone", "+49 171 12345678")])).json()["customer_id"]
    with capture_logs() as logs, ExitStack() as others:
        others.enter_context(asterisk.running())
        others.enter_context(asterisk.answering("agent"))
        others.enter_context(asterisk.answering("busy", "-sf", BUSY))
        await asterisk.ready()
        async with listening(board, Door(asterisk.ports[kind]), kind):
            await until(lambda: line(logs) == "connected")
            for calls, extension in enumerate(("100", "200", "300", "400"), 1):
                with asterisk.call(extension):
                    await until(partial(has, board, calls), seconds=20)
    found = await board.interactions()
    assert [one["outcome"] for one in found] == ["answered", "missed", "answered", "busy"]
    assert found[0]["participant"]["id"] == "agent"
    assert {str(one["customer_id"]) for one in found} == {known}
    assert [*dict.fromkeys(await board.types())] == ["call.ringing", "call.answered", "call.ended"]


async def test_an_asterisk_that_was_killed_is_heard_again_when_it_is_back(asterisk, board):
    with capture_logs() as logs:
        async with listening(board, Door(asterisk.ports["ami"]), "ami"):
            for calls in (1, 2):
                with asterisk.running(), asterisk.answering("agent"):
                    await asterisk.ready()
                    await until(lambda: line(logs) in {"connected", "resumed"}, seconds=20)
                    with asterisk.call("100"):
                        await until(partial(has, board, calls), seconds=20)
                await until(lambda: line(logs) == "interrupted", seconds=20)
    assert await board.outcomes() == ["answered", "answered"]


def line(logs):
    """What was said of the line last."""
    said = [one["event"].removeprefix("listener_") for one in logs if one["event"].startswith("listener_")]
    return said[-1] if said else ""


async def has(board, calls):
    await board.pass_time(0.01)
    return len(await board.interactions()) == calls
