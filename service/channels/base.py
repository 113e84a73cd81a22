"""What every door is: a name, its settings, and three pure functions between a vendor's words and ours.

`verify` says whether a delivery is the vendor's, over the bytes as they came and in constant time. `parse` turns it
into interactions, handoffs and calls; fields it does not know are ignored, events it does not know become interactions
of kind `other`. `answer` is what the vendor wants to hear. None of them reads a clock, a database or the network.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import Meta, Struct, inspect

from service.errors import DeliveryRefused
from service.handoff.model import HandoffRequest
from service.model.call import CallEvent
from service.model.interaction import Interaction, JsonObject
from service.model.mail import Mail, MailAtVendor
from service.model.vocabulary import ConversationStatus, HandoffState

_KB = 1024


SecretText = Annotated[str, Meta(extra={"secret": True})]
"""A setting that nobody but the vendor may know, such as a password."""


class AdapterSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set for one instance of a door beside its name and secret; each adapter has its own subclass."""


class ChannelAccount(Struct, frozen=True, kw_only=True):
    """One configured door, such as the second of three Twilio accounts. `settings` is of its adapter's class."""

    account_id: UUID
    adapter: str
    name: str
    secret: str
    settings: Any

    @property
    def source(self) -> str:
        """The `source` of everything that comes through this door."""
        return f"{self.adapter}:{self.name}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Its secret, and those of its settings that are secret, too."""
        shape: Any = type(self.settings)
        told = (getattr(self.settings, name, "") for name in secret_settings(shape))
        return tuple(one for one in (self.secret, *told) if one)

    def __repr__(self) -> str:
        """The name alone: the others are secrets, or hold some."""
        return f"ChannelAccount({self.source})"


class Delivery(Struct, frozen=True, kw_only=True):
    """One request of a vendor as it came.

    `rest` is the path below the door without a slash in front, `url` the whole address as the vendor called it: the
    configured public address with the path and query as they came.
    """

    raw: bytes
    headers: Mapping[str, str]
    """By lower-case name."""
    method: str = "POST"
    rest: str = ""
    query_string: str = ""
    url: str = ""
    received_at: datetime

    def header(self, name: str) -> str:
        """The value of a header, by its lower-case name; empty if it is absent."""
        return self.headers.get(name, "")

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))


class HandoffReport(Struct, frozen=True, kw_only=True):
    """Where a vendor's system hears what becomes of its handoff, and the JSON it hears in each state that it knows."""

    url: str
    bodies: Mapping[HandoffState, JsonObject]


class HandoffOrder(Struct, frozen=True, kw_only=True):
    """A conversation that a vendor's system hands off; `event_id` makes it one handoff however often it is sent."""

    event_id: str
    request: HandoffRequest
    report: HandoffReport | None = None


class ConversationReport(Struct, frozen=True, kw_only=True):
    """Where the conversation of an interaction, by its `event_id`, stands in a vendor's system since a moment."""

    event_id: str
    status: ConversationStatus
    at: datetime


class OneTimeToken(Struct, frozen=True, kw_only=True):
    """What a vendor signs instead of the content: `token` is good for one `content`, of which these are digests."""

    token: bytes
    content: bytes


DoorOutput = Interaction | HandoffOrder | ConversationReport | CallEvent | Mail | MailAtVendor


class DeliveryReply(Struct, frozen=True, kw_only=True):
    """What the vendor's system hears."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class DeliveryResult(Struct, frozen=True, kw_only=True):
    """What became of a delivery: what was registered, what was known before, what could not be taken and why.

    `interactions` and `customers` are the ids of what was registered, as far as they are known when the vendor is
    answered; `events` counts what the door made of the delivery; `erased` those of it that came late, of customers who
    were erased meanwhile: nothing of them is kept, and the vendor is answered as if they were taken.
    """

    registered: int = 0
    duplicates: int = 0
    handoffs: tuple[UUID, ...] = ()
    refused: tuple[str, ...] = ()
    interactions: tuple[UUID, ...] = ()
    customers: tuple[UUID, ...] = ()
    events: int = 1
    erased: int = 0


ACCEPTED = DeliveryReply()


@cache
def secret_settings(settings: Any) -> tuple[str, ...]:
    """The names of the settings of this class that are a SecretText."""
    shape = inspect.type_info(settings)
    if not isinstance(shape, inspect.StructType):
        return ()
    return tuple(
        field.name
        for field in shape.fields
        if isinstance(field.type, inspect.Metadata) and (field.type.extra or {}).get("secret")
    )


def _accept(_delivery: Delivery, _instance: ChannelAccount, _taken: DeliveryResult) -> DeliveryReply:
    return ACCEPTED


def _no_sample(_instance: ChannelAccount) -> Sequence[Delivery]:
    return ()


def _new_secret() -> str:
    return secrets.token_urlsafe(24)


class Adapter(Struct, frozen=True, kw_only=True):
    """A door for one kind of system.

    `in_path`: the vendor can only be told a URL, so the secret stands in it (and the door needs no more proof).
    `greet` answers what is no delivery and leaves nothing behind, such as a GET with a challenge or a preflight; None
    means that it is a delivery. `refuse` words a refusal (status, sentence) as the vendor's clients understand it.
    `below` are the first parts of the paths that the vendor calls below the door, such as `voice`: where there is
    only one instance, its name may be left out before them. `root_paths` are whole paths that clients call who can be
    told no more than a host, such as `v1/batch`: the only instance serves them. `samples` are recorded deliveries,
    signed with the secret, for `askonce channels test`; `sign_again` signs one for another moment or address, where the
    proof holds for one alone. `one_time_token` is for vendors whose signature does not cover
    the content. `new_secret` makes a secret where none is given.
    """

    name: str
    title: str
    verify: Callable[[Delivery, ChannelAccount], None]
    parse: Callable[[Delivery, ChannelAccount], Sequence[DoorOutput]]
    answer: Callable[[Delivery, ChannelAccount, DeliveryResult], DeliveryReply] = _accept
    greet: Callable[[Delivery, ChannelAccount], DeliveryReply | None] | None = None
    refuse: Callable[[int, str], DeliveryReply] | None = None
    samples: Callable[[ChannelAccount], Sequence[Delivery]] = _no_sample
    sign_again: Callable[[Delivery, ChannelAccount], Delivery] | None = None
    one_time_token: Callable[[Delivery], OneTimeToken] | None = None
    new_secret: Callable[[], str] = _new_secret
    settings: type[AdapterSettings] = AdapterSettings
    in_path: bool = False
    below: frozenset[str] = frozenset()
    root_paths: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("POST",)
    body_limit_bytes: int = 256 * _KB


def same_secret(given: str | bytes, expected: str | bytes) -> bool:
    """Whether two secrets are equal, in the same time whatever they are."""
    return hmac.compare_digest(_bytes(given), _bytes(expected))


def check_secret(given: str | bytes, expected: str | bytes) -> None:
    """DeliveryRefused unless the two are equal."""
    if not same_secret(given, expected):
        raise DeliveryRefused


def verified_by_path(_delivery: Delivery, _instance: ChannelAccount) -> None:
    """For doors with the secret in their path: the request could not have found the door without it."""


def clipped(text: str, most: int) -> str:
    """At most so many characters, without NUL, which PostgreSQL cannot store."""
    return text.replace("\x00", "")[:most]


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
