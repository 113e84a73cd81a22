"""The routes that a sandbox has and no other installation: its clock, and its reset."""

import asyncio
from collections import OrderedDict
from time import monotonic

from service.errors import Conflict, IdempotencyKeyReused
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.sandbox.installation import Sandbox
from service.sandbox.model import ROUTES, ClockMove, ClockMoved, SandboxClock, SandboxDescription
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import route
from service.web.http.scope import SCOPE_KEY

MOST_SECONDS = 300.0
"""How long a move or a reset may take."""
_REMEMBERED = 1000
_ADMIN = frozenset({Role.ADMIN})


class SandboxRoutes:
    """What tests do with a sandbox itself."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._moves: OrderedDict[str, tuple[bytes, ClockMoved]] = OrderedDict()
        """The newest moves by their Idempotency-Key: what was asked, and what was answered."""
        self._moving = asyncio.Lock()

    @route("GET", ROUTES, roles=_ADMIN, summary="What is in the sandbox", answers={200: SandboxDescription})
    async def describe_sandbox(self, request: Request) -> Response:  # noqa: ARG002 (the form of a handler)
        """The customers with their ids, and the time at which everything begins."""
        return json_response(self._sandbox.describe())

    @route("GET", f"{ROUTES}/clock", roles=_ADMIN, summary="What the clock shows", answers={200: SandboxClock})
    async def read_clock(self, request: Request) -> Response:  # noqa: ARG002 (the form of a handler)
        """The time of the sandbox, which goes on as all time does."""
        return json_response(self._sandbox.show_clock())

    @route(
        "POST",
        f"{ROUTES}/clock",
        roles=_ADMIN,
        summary="Move the clock forward",
        body=ClockMove,
        answers={200: ClockMoved},
        optionally_idempotent=True,
        problems=(Conflict,),
    )
    async def move_clock(self, request: Request) -> Response:
        """Answers when all that is due by then has happened, each at its own time and in that order."""
        key, move = request.header(b"idempotency-key"), decode_json(request.raw, ClockMove)
        request.scope[SCOPE_KEY].deadline = monotonic() + MOST_SECONDS
        async with self._moving:
            if key in self._moves:
                asked, answer = self._moves[key]
                if asked != request.raw:
                    raise IdempotencyKeyReused
                return json_response(answer, headers=((b"idempotent-replayed", b"true"),))
            moved = await self._sandbox.move_clock(move)
            if key:
                self._moves[key] = request.raw, moved
                if len(self._moves) > _REMEMBERED:
                    self._moves.popitem(last=False)
        return json_response(moved)

    @route("POST", f"{ROUTES}/reset", roles=_ADMIN, summary="Begin anew", answers={200: SandboxClock})
    async def reset_sandbox(self, request: Request) -> Response:
        """Answers when all records and the clock are as they were at first. Keys stay good; streams of events end."""
        request.scope[SCOPE_KEY].deadline = monotonic() + MOST_SECONDS
        async with self._moving:
            begun = await self._sandbox.reset()
            self._moves.clear()
        return json_response(begun)
