"""Plays what comes in while the demo runs: bots hand off, customers ring, and a colleague takes what is left."""

from collections import deque
from collections.abc import Mapping
from itertools import chain, cycle
from threading import Event
from time import monotonic
from uuid import uuid4

import httpx

from service.demo.day.past import COLLEAGUE
from service.demo.day.script import Arrival, Fields, Script, ScriptedCall, ScriptedCustomer
from service.model.vocabulary import Role

OFFERS_AT_FIRST = 3
EVERY_S = 40.0
"""How soon the next matter comes in."""
LASTS_S = 3600.0
"""How long new ones come in; the demo may stand open for days."""
ASKS_AT_A_TIME = 4
NUMBER_OF_THE_HOTLINE = "4971155500"


class Day:
    """What goes on; `door` is the path of the telephone system's door."""

    def __init__(self, http: httpx.Client, keys: Mapping[Role, str], script: Script, door: str) -> None:
        self._http = http
        self._keys = keys
        self._door = door
        self._customers = {customer.key: customer for customer in script.customers}
        self._arrivals = cycle(script.arriving)
        self._callers = chain(script.calling, cycle(script.calling[1:]))
        self._offered: deque[str] = deque()
        self._taken: deque[tuple[str, str]] = deque()
        self._call: tuple[str, ScriptedCall, float] | None = None

    def begin(self) -> None:
        """What is there when the console opens."""
        for _ in range(OFFERS_AT_FIRST):
            self._hand_off(next(self._arrivals))
        self._ring()

    def go_on(self, stopped: Event) -> None:
        """Let things happen until this is set."""
        begun = monotonic()
        while not stopped.wait(EVERY_S if monotonic() < begun + LASTS_S else None):
            self._colleague_works()
            self._hand_off(next(self._arrivals))
            self._go_on_ringing()

    def _hand_off(self, arrival: Arrival) -> None:
        body = {
            "identity": self._customers[arrival.customer].identities[0],
            "subject": arrival.subject,
            "to": {"queue": "support"},
            "reason": arrival.reason,
            "summary": arrival.summary,
        }
        if given := self._post(Role.BOT, "/v1/handoffs", body):
            self._offered.append(given["id"])

    def _colleague_works(self) -> None:
        """Completes what she has, and takes the oldest offer beyond those that wait for the guest."""
        while self._taken:
            handoff_id, token = self._taken.popleft()
            self._post(Role.CONSOLE, f"/v1/handoffs/{handoff_id}/complete", {"token": token, "summary": "Solved."})
        while len(self._offered) >= ASKS_AT_A_TIME:
            handoff_id = self._offered.popleft()
            if taken := self._post(Role.CONSOLE, f"/v1/handoffs/{handoff_id}/accept", {"agent": COLLEAGUE}):
                self._taken.append((handoff_id, taken["token"]))

    def _ring(self) -> None:
        caller = next(self._callers)
        self._call = (uuid4().hex, caller, monotonic())
        self._tell_call("newCall", direction="in")

    def _go_on_ringing(self) -> None:
        if self._call is None:
            return self._ring()
        _call_id, caller, begun = self._call
        if monotonic() < begun + caller.for_s:
            return None
        if caller.answered:
            self._tell_call("answer", user=COLLEAGUE)
        self._tell_call("hangup", cause="normalClearing" if caller.answered else "cancel")
        self._call = None
        return None

    def _tell_call(self, event: str, **fields: str) -> None:
        assert self._call is not None
        call_id, caller, _begun = self._call
        numbers = {"from": _phone_of(self._customers[caller.customer]), "to": NUMBER_OF_THE_HOTLINE}
        self._http.post(self._door, data={"event": event, "callId": call_id} | numbers | fields)

    def _post(self, role: Role, path: str, body: Fields) -> Fields | None:
        """The answer; None if it came too late, as when the guest was faster."""
        headers = {"authorization": f"Bearer {self._keys[role]}", "idempotency-key": uuid4().hex}
        answer = self._http.post(path, json=body, headers=headers)
        if answer.status_code in {httpx.codes.CONFLICT, httpx.codes.GONE}:
            return None
        answer.raise_for_status()
        content: Fields = answer.json()
        return content


def _phone_of(customer: ScriptedCustomer) -> str:
    number: str = next(one["value"] for one in customer.identities if one["kind"] == "phone")
    return number.translate({ord(sign): None for sign in "+ "})
