"""What a handler is told: who asks, for what, and when."""

from collections.abc import Hashable
from datetime import datetime
from enum import Enum
from urllib.parse import parse_qsl

from service.access.model import Principal
from service.model.clock import Clock
from service.web.http.asgi import Scope


class Subject(Enum):
    """What a look-up found, if that is no customer."""

    NO_CUSTOMER = "no customer"


NO_CUSTOMER = Subject.NO_CUSTOMER


class Request:
    """One request, after its role was checked and its body was read."""

    __slots__ = (
        "_clock",
        "_now",
        "_query",
        "headers",
        "method",
        "path",
        "path_values",
        "principal",
        "raw",
        "scope",
        "subject",
    )

    principal: Principal
    """The caller; a PUBLIC route has none."""
    raw: bytes
    """The whole body, within the route's limit; empty where the route declares none."""

    def __init__(self, scope: Scope, headers: dict[bytes, bytes], clock: Clock) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.path_values: dict[str, str] = scope["path_params"]
        """The values of the path's `{names}`."""
        self.headers = headers
        """By lower-case name; of a repeated header the last."""
        self.raw = b""
        self.subject: Hashable = None
        """What a look-up was answered about: a customer, a frozenset of them, or NO_CUSTOMER; None if about none."""
        self._clock = clock
        self._now: datetime | None = None
        self._query: dict[str, str] | None = None

    @property
    def now(self) -> datetime:
        """The one present moment of this request."""
        if self._now is None:
            self._now = self._clock.now()
        return self._now

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        if self._query is None:
            self._query = dict(parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return self._query

    def header(self, name: bytes) -> str:
        """The value of a header, by its lower-case name; empty if it is absent."""
        return self.headers.get(name, b"").decode("latin-1")
