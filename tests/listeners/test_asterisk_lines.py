"""The lines to Asterisk, up and down, to servers that tell what a real one has told."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from service.app.arrivals import create_deliveries, create_registrar
from service.channels.registry import ADAPTERS
from service.errors import DatabaseUnavailable, PeerUnavailable
from service.inbound import accounts
from service.listeners.asterisk import ami as asterisk_ami
from service.listeners.asterisk.ami import AmiConnection
from service.listeners.asterisk.ari import AriConnection
from service.listeners.asterisk.connect import asterisk_listeners
from service.listeners.model import ListenerConfig
from service.listeners.run import run_listeners
from tests.channels.switchboard import Switchboard
from tests.channels.vendors import CORPUS, RECORDED, instance_of
from tests.fixtures import NOW
from tests.listeners.exchanges import Ami, Ari
from tests.patience import until

pytestmark = pytest.mark.slow

KINDS = {"ami": Ami, "ari": Ari}
BOTH = pytest.mark.parametrize("kind", list(KINDS))


def recorded(kind, folder=CORPUS):
    path = folder / f"asterisk22_{kind}_events.jsonl"
    if not path.exists():
        pytest.skip("the recordings are not here")
    return [event for line in path.read_text().splitlines() if "Response" not in (event := json.loads(line))]


def own(kind):
    """A call of our own making that Anna took, and a part of one that nobody took."""
    return [json.loads(line) for line in (RECORDED / "asterisk" / f"{kind}.jsonl").read_text().splitlines()]


@pytest.fixture
def board(desk, rooms, clock, database_url):
    board = Switchboard(desk, rooms, clock)
    board.database_url = database_url
    return board


@asynccontextmanager
async def listening(board, exchange, kind):
    """A worker with a door that reads this exchange, for the block."""
    values = {"reader": kind, "port": str(exchange.port), "user": "askonce", "password": "s3cret"}
    rooms = board.rooms
    async with rooms.database.transaction() as connection:
        await accounts.add_account(connection, ADAPTERS["asterisk"], name="pbx", values=values, now=NOW)

    async def configured():
        async with rooms.database.connection() as connection:
            return await accounts.read_accounts(connection, ADAPTERS)

    stop = asyncio.Event()
    watch = ListenerConfig(
        database_url=board.database_url,
        accounts=configured,
        factories={"asterisk": asterisk_listeners(create_deliveries(rooms, create_registrar(rooms)))},
        poll_interval_s=0.05,
        min_backoff_s=0.01,
        max_backoff_s=0.05,
        recovered_after_s=0.05,
    )
    task = asyncio.create_task(run_listeners(watch, stop))
    yield
    stop.set()
    await task


@pytest.mark.corpus
@BOTH
async def test_each_recorded_call_becomes_one_interaction(board, kind):
    async with KINDS[kind]().running() as exchange, listening(board, exchange, kind):
        await until(lambda: exchange.lines)
        await exchange.tell(*recorded(kind))
        await until(lambda: count(board, 2))
    await board.pass_time(5 * 3600)  # the first call's end is not recorded
    calls = {call["source_event_id"]: call["outcome"] for call in await board.interactions()}
    assert calls == {"1795284470.0": "answered", "1795284470.2": "missed", "1795284475.4": "answered"}


async def count(board, calls):
    return len(await board.interactions()) == calls


@BOTH
async def test_a_line_that_breaks_in_the_middle_of_a_call_is_taken_up_again(board, kind):
    events = own(kind)
    async with KINDS[kind]().running() as exchange, listening(board, exchange, kind):
        await until(lambda: exchange.lines)
        await exchange.tell(*events[:2])
        await until(lambda: rings(board, events))
        await exchange.cut()
        await until(lambda: exchange.lines)
        await exchange.tell(*events[1:])  # what was told twice counts once
        await until(lambda: count(board, 1))
    (call,) = await board.interactions()
    assert (call["outcome"], call["participant"]["id"]) == ("answered", "anna")
    assert exchange.logins >= 2


async def rings(board, events):
    return (await board.pop("1795284470.0")).status_code == 200


@BOTH
async def test_a_refused_login_is_said_once_and_tried_again(board, kind):
    with capture_logs() as logs:
        async with KINDS[kind]("another").running() as exchange, listening(board, exchange, kind):
            await until(lambda: exchange.refused > 3)
            exchange.password = "s3cret"
            await until(lambda: exchange.lines)
            await until(lambda: any(one["event"] == "listener_resumed" for one in logs))
    (said,) = [one for one in logs if one["event"] == "listener_interrupted"]
    assert (said["reason"], said["source"]) == ("PeerUnavailable", "asterisk:pbx")
    assert "s3cret" not in str(logs)


@BOTH
async def test_an_exchange_that_restarts_is_found_again(board, kind):
    exchange = KINDS[kind]()
    async with exchange.running():
        pass
    async with listening(board, exchange, kind):
        async with exchange.running():
            await until(lambda: exchange.lines)
        async with exchange.running():
            await until(lambda: exchange.lines)
            await exchange.tell(*own(kind))
            await until(lambda: count(board, 1))


LINES = {"ami": AmiConnection, "ari": AriConnection}


@asynccontextmanager
async def line(exchange, kind, receive):
    """One line without its keeper, for the block; gives its task and what stops it."""
    door = instance_of(
        ADAPTERS["asterisk"], reader=kind, port=str(exchange.port), user="askonce", password=exchange.password
    )
    stop, connected = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(LINES[kind](door, receive).run(stop, connected.set))
    await asyncio.wait({task, waiting := asyncio.create_task(connected.wait())}, return_when="FIRST_COMPLETED")
    waiting.cancel()
    yield task, stop
    task.cancel()
    await asyncio.wait({task})


@BOTH
async def test_while_the_database_is_away_what_is_told_waits(kind):
    heard, down = [], [True, True]

    async def receive(_instance, raw):
        if down and down.pop():
            raise DatabaseUnavailable
        heard.extend(raw.splitlines())

    async with KINDS[kind]().running() as exchange, line(exchange, kind, receive):
        await exchange.tell(*own(kind))
        await until(lambda: len(heard) == len(own(kind)))
    assert [json.loads(one) for one in heard] == own(kind)


@BOTH
async def test_the_end_of_the_line_ends_the_reader(kind):
    async with KINDS[kind]().running() as exchange, line(exchange, kind, None) as (task, _):
        await exchange.cut()
        await asyncio.wait({task}, timeout=5)
    assert isinstance(task.exception(), PeerUnavailable)


@BOTH
async def test_a_reader_that_is_told_to_stop_finishes_what_it_has_heard(kind):
    heard, begun, go_on = [], asyncio.Event(), asyncio.Event()

    async def receive(_instance, raw):
        begun.set()
        await go_on.wait()
        heard.append(raw)

    async with KINDS[kind]().running() as exchange, line(exchange, kind, receive) as (task, stop):
        await exchange.tell(own(kind)[0])
        await begun.wait()
        stop.set()
        go_on.set()
        await asyncio.wait({task}, timeout=5)
        assert task.done()
        assert task.exception() is None
    assert len(heard) == 1


@BOTH
async def test_events_that_say_nothing_of_calls_are_kept_nowhere(kind):
    heard = []

    async def receive(_instance, raw):
        heard.extend(raw.splitlines())

    noise = {"Event": "VarSet", "Variable": "x"} if kind == "ami" else {"type": "ChannelVarset"}
    async with KINDS[kind]().running() as exchange, line(exchange, kind, receive):
        await exchange.tell(noise, noise, own(kind)[0])
        await until(lambda: heard)
    assert len(heard) == 1


async def test_a_silent_asterisk_is_asked_and_then_given_up(monkeypatch):
    monkeypatch.setattr(asterisk_ami, "PING_AFTER_S", 0.05)
    async with Ami().running() as exchange, line(exchange, "ami", None) as (task, _):
        await until(lambda: exchange.asked.count("Ping") > 2)  # each answer counts as a word
        assert not task.done()
        exchange.mute = True
        await asyncio.wait({task}, timeout=5)
    assert isinstance(task.exception(), PeerUnavailable)


async def test_what_is_no_asterisk_is_not_listened_to_for_ever():
    async def talk(_reader, writer):
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    door = instance_of(ADAPTERS["asterisk"], reader="ami", port=str(server.sockets[0].getsockname()[1]))
    with pytest.raises(PeerUnavailable):
        await AmiConnection(door, None).run(asyncio.Event(), print)
    server.close()
