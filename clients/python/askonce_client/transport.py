"""One request and its answer, apart from how it is sent: both clients prepare, judge and repeat it in the same way."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
import msgspec

from askonce_client.problems import problem_of

Answer = TypeVar("Answer")

SAFE_METHODS = frozenset({"GET", "PUT", "DELETE", "OPTIONS"})
"""Methods that may be sent again although it is unknown whether the first one arrived."""
REFUSED_FOR_NOW = frozenset({429, 503})
"""Answers that say that nothing was done: whatever was asked for may be sent again."""
UNSURE = frozenset({408, 500, 502, 504})
"""Answers that do not say whether something was done."""
JSON = "application/json"
_encode = msgspec.json.Encoder(decimal_format="number").encode  # money: as exact as it was written


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how long a request that failed for now is repeated."""

    most: int = 4
    """Repetitions at most."""
    first_wait_s: float = 0.2
    """The first wait; each further one is twice as long, less a random part of it."""
    longest_wait_s: float = 10.0
    """A longer Retry-After is not waited for: the problem is raised, and its `retry_after_s` says how long."""

    def wait_s(self, tried: int, retry_after_s: float | None) -> float | None:
        """Seconds until the next try after `tried` repetitions; None to give up."""
        if tried >= self.most:
            return None
        if retry_after_s is None:
            longest_s = min(self.first_wait_s * 2.0**tried, self.longest_wait_s)
            return longest_s * random.uniform(0.5, 1.0)  # noqa: S311 (nothing secret)
        return retry_after_s if retry_after_s <= self.longest_wait_s else None

    def wait_before_again(self, call: "Call[Any]", tried: int, response: httpx.Response | None) -> float | None:
        """Seconds until this call is sent again after this answer, or after none; None if the answer stands."""
        if response is not None and not response.is_error:
            return None
        return self.wait_s(tried, retry_after_s(response)) if call.may_repeat(response) else None


@dataclass(frozen=True)
class Call(Generic[Answer]):
    """One request of an operation; `answers` are the shapes that its answer may have, none if it has no body.

    `is_repeatable` says that a repetition changes nothing more, such as a look-up or an interaction with its own id.
    """

    method: str
    path: str
    answers: tuple[Any, ...] = ()
    query: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    content_type: str = JSON
    is_repeatable: bool = False

    def request(self, key: str | None) -> dict[str, Any]:
        """The arguments of `httpx.Client.request`; `key` is the API key."""
        headers = {name: _text(value) for name, value in self.headers.items() if value is not None}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        content = None
        if self.body is not None:
            content = self.body if isinstance(self.body, bytes) else _encode(self.body)
            headers["Content-Type"] = self.content_type
        query = {name: _text(value) for name, value in self.query.items() if value is not None}
        return {"url": self.path, "method": self.method, "params": query, "headers": headers, "content": content}

    def may_repeat(self, response: httpx.Response | None) -> bool:
        """Whether the request may be sent again after this answer, or after none."""
        if response is not None and response.status_code in REFUSED_FOR_NOW:
            return True
        unsure = response is None or response.status_code in UNSURE
        return unsure and (self.method in SAFE_METHODS or self.is_repeatable or "Idempotency-Key" in self.headers)

    def read(self, response: httpx.Response) -> Any:
        """The answer in its shape; a problem is raised as its exception."""
        if response.is_error:
            raise problem_of(response)
        if not self.answers or response.status_code in {204, 304}:
            return None
        if self.answers == (str,):
            return response.text
        if self.answers == (bytes,):
            return response.content
        return decode(response.content, self.answers)


def decode(content: bytes, shapes: tuple[Any, ...]) -> Any:
    """JSON as the first of the shapes that it has; msgspec.ValidationError if it has none."""
    for shape in shapes[:-1]:
        try:
            return msgspec.json.decode(content, type=shape)
        except msgspec.ValidationError:
            continue
    return msgspec.json.decode(content, type=shapes[-1])


def retry_after_s(response: httpx.Response | None) -> float | None:
    """What the answer says of when to try again, in seconds; None if nothing."""
    told = None if response is None else response.headers.get("retry-after")
    return float(told) if told is not None and told.isdigit() else None


def new_key() -> str:
    """An Idempotency-Key for an intention of its own."""
    return str(uuid4())


def in_path(value: object) -> str:
    """A value as a part of a path."""
    return quote(_text(value), safe="")


def _text(value: object) -> str:
    """A value as text of a query or a header, as it would stand in JSON."""
    if isinstance(value, str):
        return str(value)
    return msgspec.json.encode(value).decode().strip('"')
