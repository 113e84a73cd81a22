"""What routes read from paths, queries and headers, and how the published description shows it."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, TypeVar
from uuid import UUID

from msgspec import Meta, Struct, structs

from service.access.idempotency import IdempotentRequest, fingerprint
from service.errors import Absent, IdempotencyKeyMissing, InvalidInput
from service.handoff.caller import Caller, caller_of
from service.model.decode import convert_decoded
from service.model.interaction import Timestamp
from service.model.vocabulary import Assurance, Audience
from service.web.http.request import Request
from service.web.http.route import Parameter

EnumValue = TypeVar("EnumValue", bound=StrEnum)

MAX_ITEMS = 200
_DEFAULT_ITEMS = 50
_MAX_CURSOR_CHARS = 200
_MAX_KEY_CHARS = 200

LIMIT = Parameter(
    name="limit",
    shape=Annotated[int, Meta(ge=1, le=MAX_ITEMS)],
    description=f"How many items at most; {_DEFAULT_ITEMS} unless told.",
)
AFTER = Parameter(name="after", description="The `next` of the page before.")
VIEW = Parameter(name="view", shape=Audience, description="The view to render (admin only).")
ASSURANCE = Parameter(
    name="assurance",
    shape=Assurance,
    description="How sure the caller is of the person who is there now; contact facts need `possession` or more.",
)
ASKING_CONVERSATION = Parameter(
    name="conversation",
    description="The conversation in which the caller asks, by its ref or its id: what was said in it is not withheld.",
)
VIEW_QUEUE = Parameter(name="queue", description="The queue whose partner's view it is (admin only).")
IF_NONE_MATCH = Parameter(
    name="If-None-Match", location="header", description="The ETag of the copy at hand: 304 if it is still right."
)
CACHE_CONTROL = Parameter(
    name="Cache-Control", location="header", description="`no-cache`: check the version in the database."
)
IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    location="header",
    shape=Annotated[str, Meta(min_length=1, max_length=200, pattern="^[ -~]+$")],
    description="A new string for a new intention, the same one for a retry.",
    required=True,
)


AFFINITY = Parameter(
    name="Askonce-Affinity",
    location="header",
    description="What the request belongs to, such as the caller's own name: a proxy in front of several processes may "
    "send requests of one affinity to one process, where writes share transactions. It changes no answer.",
)
OPTIONAL_IDEMPOTENCY_KEY = structs.replace(IDEMPOTENCY_KEY, required=False)


class PageRequest(Struct, frozen=True):
    """Which part of a list is wanted: at most `limit` items after the cursor; none means from the start."""

    limit: int
    after: str | None


def idempotency_key(headers: dict[bytes, bytes]) -> str:
    """The Idempotency-Key of a request. IdempotencyKeyMissing without one."""
    key = headers.get(b"idempotency-key")
    if not key:
        raise IdempotencyKeyMissing
    text = key.decode("latin-1")
    if len(text) > _MAX_KEY_CHARS or not text.isascii() or not text.isprintable():
        raise _invalid_parameter("Idempotency-Key", f"1 to {_MAX_KEY_CHARS} printable ASCII characters are expected.")
    return text


def idempotent_request(request: Request, body: object) -> IdempotentRequest:
    """What the Idempotency-Key of the request stands for; `body` is its decoded shape."""
    request_fingerprint = fingerprint(request.method, request.path, body)
    return IdempotentRequest(request.principal.key_id, idempotency_key(request.headers), request_fingerprint)


def optional_idempotent_request(request: Request, body: object) -> IdempotentRequest | None:
    """The same where an Idempotency-Key is optional; None without one."""
    return idempotent_request(request, body) if b"idempotency-key" in request.headers else None


def caller_of_request(request: Request) -> Caller:
    """The key of the request as a caller of handoffs and callbacks, at the time of the request."""
    return caller_of(request.principal, request.now)


def page_request(request: Request) -> PageRequest:
    """The page that `limit` and `after` ask for."""
    limit = integer_parameter(request, "limit")
    if limit is None:
        limit = _DEFAULT_ITEMS
    elif not 1 <= limit <= MAX_ITEMS:
        raise _invalid_parameter("limit", f"A number from 1 to {MAX_ITEMS} is expected.")
    after = request.query.get("after") or None
    if after is not None and (len(after) > _MAX_CURSOR_CHARS or not after.isprintable()):
        raise _invalid_parameter("after", "This is no cursor: take the `next` of the page before.")
    return PageRequest(limit, after)


def text_parameter(request: Request, name: str) -> str | None:
    """A query parameter as text; None if it is absent or empty."""
    return request.query.get(name) or None


def check_storable_query(request: Request, parameters: tuple[Parameter, ...]) -> None:
    """InvalidInput names the first of a route's query parameters that holds NUL, which PostgreSQL cannot store."""
    for one in parameters:
        if one.location == "query" and "\x00" in request.query.get(one.name, ""):
            raise _invalid_parameter(one.name, "A text must not contain the NUL character.")


def integer_parameter(request: Request, name: str) -> int | None:
    """A query parameter as an integer of at most 64 bits; None if it is absent."""
    text = request.query.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(2**63 - 1)) or int(text) >= 2**63:
        raise _invalid_parameter(name, "A whole number is expected.")
    return int(text)


def boolean_parameter(request: Request, name: str) -> bool:
    """A query parameter that is true or false; false if it is absent or empty."""
    text = text_parameter(request, name) or "false"
    if text not in {"true", "false"}:
        raise _invalid_parameter(name, "One of true, false is expected.")
    return text == "true"


def uuid_in_path(request: Request, name: str, absent: type[Absent]) -> UUID:
    """A path value as an id; one that is none looks like any other unknown id."""
    try:
        return UUID(request.path_values[name])
    except ValueError:
        raise absent from None


def text_in_path(request: Request, name: str, absent: type[Absent], *, max_chars: int = 200) -> str:
    """A path value as text; one that cannot be stored looks like any other unknown name."""
    value = request.path_values[name]
    if len(value) > max_chars or not value.isprintable():
        raise absent
    return value


def is_no_cache(request: Request) -> bool:
    """Whether the caller asks for the version to be checked in the database."""
    return b"no-cache" in request.headers.get(b"cache-control", b"")


def etag_matches(request: Request, etag: bytes) -> bool:
    """Whether the caller's copy is the current one, by weak comparison (RFC 9110, section 13.1.2)."""
    if_none_match = request.headers.get(b"if-none-match")
    if if_none_match is None:
        return False
    return if_none_match == b"*" or any(tag.strip().removeprefix(b"W/") == etag for tag in if_none_match.split(b","))


def requested_view(request: Request) -> Audience | None:
    """The view that the caller names; None if it names none. Whether it may is the route's question."""
    return enum_parameter(request, "view", Audience)


def requested_assurance(request: Request) -> Assurance:
    """How sure the caller is of the person; a claim if it does not say."""
    return enum_parameter(request, "assurance", Assurance) or Assurance.CLAIMED


def enum_parameter(request: Request, name: str, values: type[EnumValue]) -> EnumValue | None:
    """A query parameter as one of a closed set of words; None if it is absent or empty."""
    text = text_parameter(request, name)
    if text is None:
        return None
    try:
        return values(text)
    except ValueError:
        raise _invalid_parameter(name, f"One of {', '.join(values)} is expected.") from None


def moment_parameter(request: Request, name: str) -> datetime:
    """A query parameter as a moment; now if it is absent or empty."""
    text = text_parameter(request, name)
    if text is None:
        return request.now
    try:
        moment = convert_decoded(text.replace(" ", "+"), Timestamp)  # a plus sign in a query stands for a space
        return moment.astimezone(UTC)
    except (InvalidInput, OverflowError):
        raise InvalidInput(field=name, message="An RFC 3339 time with its offset is expected.") from None


def _invalid_parameter(name: str, message: str) -> InvalidInput:
    return InvalidInput(f"{name}: {message}", field=name, message=message)
