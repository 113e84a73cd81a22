"""A story's means: desks that speak HTTP, what they see in words, and checks of what must hold."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from service.model.vocabulary import Role

JsonBody = dict[str, Any]


class DemoRun:
    """One run of a story: every desk has a key of its role, every step is printed, every check is counted."""

    def __init__(self, http: httpx.Client, keys: Mapping[Role, str], console: Console) -> None:
        self._http = http
        self._keys = keys
        self._console = console
        self._run = uuid4().hex[:8]
        self._events = count(1)
        self.passed = 0
        self.failed: list[str] = []

    def begin_story(self, number: int, title: str, what: str) -> None:
        """Begin a story."""
        self._console.rule(f"Story {number}: {title}", align="left")
        self._console.print(Text(what, style="italic"), "")

    def print_step(self, desk: str, what: str) -> None:
        """Say what a desk does."""
        self._console.print(Text.assemble((f"{desk:>12}  ", "bold cyan"), what))

    def print_view(self, desk: str, lines: Iterable[str]) -> None:
        """Show what a desk has before it."""
        self._console.print(Panel("\n".join(lines), title=f"{desk} sees", title_align="left", width=100))

    def check(self, sentence: str, passed: object) -> None:
        """Count and print a check."""
        if passed:
            self.passed += 1
        else:
            self.failed.append(sentence)
        mark, style = ("ok", "green") if passed else ("BROKEN", "bold red")
        self._console.print(Text.assemble((f"{mark:>12}  ", style), sentence))

    def request(
        self, role: Role, method: str, path: str, body: JsonBody | None = None, **headers: str
    ) -> httpx.Response:
        """One request in a role; headers are named with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given["authorization"] = f"Bearer {self._keys[role]}"
        return self._http.request(method, path, json=body, headers=given)

    def request_json(self, role: Role, method: str, path: str, body: JsonBody | None = None) -> JsonBody:
        """One request that must succeed; gives the answer's body."""
        answer = self.request(role, method, path, body)
        self._check_success(answer)
        return self._json(answer)

    def post_idempotent(self, role: Role, path: str, body: JsonBody) -> JsonBody:
        """POST something that needs an Idempotency-Key; gives the answer's body."""
        answer = self.request(role, "POST", path, body, idempotency_key=uuid4().hex)
        self._check_success(answer)
        return self._json(answer)

    def register(self, role: Role, *, who: JsonBody, **fields: Any) -> JsonBody:
        """Register an interaction that happens now; gives the service's answer."""
        interaction = {
            "source": f"demo-{self._run}",
            "source_event_id": f"event-{next(self._events)}",
            "occurred_at": datetime.now(UTC).isoformat(),
            "direction": "inbound",
            "identities": [who],
            **fields,
        }
        answer = self.request(role, "POST", "/v1/interactions", interaction)
        self._check_success(answer)
        return self._json(answer)

    def look_up_context(self, role: Role, who: JsonBody) -> JsonBody:
        """The context as this role sees it."""
        answer = self.request(role, "POST", "/v1/context/lookup", {"identity": who})
        self._check_success(answer)
        return self._json(answer)

    def fields_to_ask(self, role: Role, who: JsonBody, fields: list[str]) -> list[str]:
        """Which of these facts this customer must be asked for."""
        answer = self.request(role, "POST", "/v1/known/ask", {"identity": who, "fields": fields})
        self._check_success(answer)
        missing: list[str] = answer.json()["ask"]
        return missing

    def _check_success(self, answer: httpx.Response) -> None:
        if answer.is_error:
            self.check(f"{answer.request.method} {answer.request.url.path} is answered: {answer.text}", passed=False)

    @staticmethod
    def _json(answer: httpx.Response) -> JsonBody:
        content: JsonBody = answer.json()
        return content
