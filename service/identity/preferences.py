"""How a customer wants to be contacted: a wish per channel, and what it is not to be contacted for.

Each member of a merge set has its own wishes; while they are merged, the strictest counts.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from service.db.change import RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import CustomerUnknown
from service.model.consent.marks import is_withdrawn
from service.model.interaction import RequestShape, Timestamp
from service.model.vocabulary import Channel, Purpose

SQL = Statements("service.identity", "preferences")


class ChannelWish(StrEnum):
    """What a customer says of a channel, from the most welcome to the strictest."""

    PREFERRED = "preferred"
    ALLOWED = "allowed"
    REFUSED = "refused"


class ContactPurpose(StrEnum):
    """What a customer is contacted for."""

    ALL = "all"
    """Whatever it is for."""
    SERVICE = "service"
    """An order, a question or a trouble of the customer's own."""
    MARKETING = "marketing"
    SURVEY = "survey"


class DoNotContact(RequestShape, frozen=True, omit_defaults=False):
    """What a customer does not want to be contacted for on a channel."""

    channel: Annotated[Channel, Meta(description="Channel on which the customer does not want to be contacted.")]
    purpose: Annotated[
        ContactPurpose,
        Meta(description="Purpose that is refused there: `service`, `marketing`, `survey`, or `all` of them."),
    ] = ContactPurpose.ALL
    until: Annotated[
        Timestamp | None, Meta(description="When the wish ends, RFC 3339 with offset; null for a wish without an end.")
    ] = None


class PreferencesInput(RequestShape, frozen=True):
    """Wishes as the customer states them; what is sent replaces what was there, what is absent stays."""

    channels: Annotated[
        dict[Channel, ChannelWish] | UnsetType,
        Meta(
            description="Wish for each channel, `preferred` for one at most, which becomes the customer's "
            "`preferred_channel`; channels that are not named are allowed. Absent leaves them as they are."
        ),
    ] = UNSET
    do_not_contact: Annotated[
        Annotated[tuple[DoNotContact, ...], Meta(max_length=50)] | UnsetType,
        Meta(description="What the customer is not to be contacted for, on which channel; absent leaves it as it is."),
    ] = UNSET

    def __post_init__(self) -> None:
        """ValueError for two preferred channels."""
        if self.channels is not UNSET and list(self.channels.values()).count(ChannelWish.PREFERRED) > 1:
            raise ValueError("Expected at most one channel that is `preferred`")

    def fields(self) -> tuple[str, ...]:
        """The names of what is to change."""
        return tuple(name for name in self.__struct_fields__ if getattr(self, name) is not UNSET)


class ContactPreferences(Struct, frozen=True, kw_only=True):
    """What counts now, over the whole merge set."""

    channels: Annotated[
        dict[Channel, ChannelWish],
        Meta(description="Wish for each channel that the customer has spoken of; the others are allowed."),
    ] = {}
    do_not_contact: Annotated[
        tuple[DoNotContact, ...],
        Meta(description="What the customer is not to be contacted for now, by channel and purpose."),
    ] = ()

    @property
    def preferred_channel(self) -> Channel | None:
        """The channel that is preferred."""
        return next((channel for channel, wish in self.channels.items() if wish is ChannelWish.PREFERRED), None)

    def refuse(self, channel: Channel, purpose: ContactPurpose) -> bool:
        """Whether the customer does not want to be contacted on the channel for the purpose."""
        return self.channels.get(channel) is ChannelWish.REFUSED or any(
            one.channel == channel and one.purpose in {ContactPurpose.ALL, purpose} for one in self.do_not_contact
        )


class MemberPreferences(Struct, frozen=True, kw_only=True):
    """What one member of a merge set wishes; `channel_wishes` does not name the preferred channel."""

    preferred_channel: Channel | None = None
    channel_wishes: dict[Channel, ChannelWish] | None = None
    do_not_contact: tuple[DoNotContact, ...] | None = None
    consents: tuple[str, ...] | None = None
    """What the member said about purposes, as marks (`service/model/consent/marks.py`)."""


class _ReadPreferences(Struct, frozen=True, kw_only=True):
    """What counts now for the canonical customer, at its version."""

    customer_id: UUID
    version: int
    preferences: ContactPreferences


_CONTACTS_OF = {
    Purpose.SERVICE: (ContactPurpose.SERVICE,),
    Purpose.MARKETING: (ContactPurpose.MARKETING, ContactPurpose.SURVEY),
}
_encode = msgspec.json.Encoder().encode
_wishes_decoder = msgspec.json.Decoder(dict[Channel, ChannelWish])
_do_not_contact_decoder = msgspec.json.Decoder(tuple[DoNotContact, ...])


def combine_preferences(members: Iterable[MemberPreferences], now: datetime) -> ContactPreferences:
    """What counts at `now` of the wishes of a merge set, the survivor first: of each channel and purpose the strictest.

    One channel is preferred at most: that of the first member whose preferred channel none of them refuses.
    """
    channels: dict[Channel, ChannelWish] = {}
    wanted: dict[tuple[Channel, ContactPurpose], DoNotContact] = {}
    preferred: list[Channel] = []
    for member in members:
        for channel, wish in (member.channel_wishes or {}).items():
            channels[channel] = ChannelWish.REFUSED if channels.get(channel) is ChannelWish.REFUSED else wish
        for one in (*(member.do_not_contact or ()), *_refused_contacts(member.consents)):
            key = (one.channel, one.purpose)
            if (one.until is None or one.until > now) and _lasts_longer(one, wanted.get(key)):
                wanted[key] = one
        preferred += [member.preferred_channel] if member.preferred_channel is not None else []
    welcome = [channel for channel in preferred if channels.get(channel) is not ChannelWish.REFUSED]
    channels |= dict.fromkeys(welcome, ChannelWish.ALLOWED) | dict.fromkeys(welcome[:1], ChannelWish.PREFERRED)
    return ContactPreferences(
        channels=dict(sorted(channels.items())), do_not_contact=tuple(wanted[key] for key in sorted(wanted))
    )


def _refused_contacts(marks: Iterable[str] | None) -> Iterator[DoNotContact]:
    """What a member is not to be contacted for by its consents: without marketing, not for surveys either."""
    for channel in Channel if marks else ():
        for purpose, contacts in _CONTACTS_OF.items():
            if is_withdrawn(marks, purpose, channel):
                yield from (DoNotContact(channel=channel, purpose=contact) for contact in contacts)


def _lasts_longer(one: DoNotContact, other: DoNotContact | None) -> bool:
    """Whether a wish ends after another of the same channel and purpose."""
    if other is None or one.until is None:
        return True
    return other.until is not None and one.until > other.until


async def read_preferences(connection: Connection, customer_id: UUID, now: datetime) -> _ReadPreferences:
    """What counts now for this customer, or for the survivor that it was merged into. CustomerUnknown without one."""
    rows = await connection.fetch(SQL.read_preferences, customer_id)
    if not rows:
        raise CustomerUnknown
    return _ReadPreferences(
        customer_id=rows[0]["customer_id"],
        version=rows[0]["version"],
        preferences=combine_preferences(map(_member_from_row, rows), now),
    )


async def change_preferences(
    connection: Connection, customer_id: UUID, wishes: PreferencesInput, *, now: datetime, key_id: UUID
) -> RecordedChange:
    """Store the wishes that are sent, in place of those that the very customer had."""
    locked = await lock_customer(connection, customer_id)
    fields = wishes.fields()
    if not fields:
        return RecordedChange(customer_id=locked.customer_id, version=locked.version)
    channels = wishes.channels or {}
    preferred = next((channel for channel, wish in channels.items() if wish is ChannelWish.PREFERRED), None)
    others = {channel: wish for channel, wish in channels.items() if wish is not ChannelWish.PREFERRED}
    await connection.execute(
        SQL.change_preferences,
        locked.owner_id,
        fields,
        preferred,
        _encode(others).decode(),
        _encode([_in_utc(one) for one in wishes.do_not_contact or ()]).decode(),
    )
    return await record_change(connection, locked, now=now, key_id=key_id, action="preferences.changed", fields=fields)


def _in_utc(wish: DoNotContact) -> DoNotContact:
    return msgspec.structs.replace(wish, until=wish.until and wish.until.astimezone(UTC))


def _member_from_row(row: asyncpg.Record) -> MemberPreferences:
    channel, wishes, do_not_contact = row["preferred_channel"], row["channel_wishes"], row["do_not_contact"]
    return MemberPreferences(
        preferred_channel=channel and Channel(channel),
        channel_wishes=wishes and _wishes_decoder.decode(wishes),
        do_not_contact=do_not_contact and _do_not_contact_decoder.decode(do_not_contact),
        consents=row["consents"],
    )
