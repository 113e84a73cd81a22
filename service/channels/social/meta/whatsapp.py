"""WhatsApp: messages of customers, and what became of those sent to them.

Who writes has a phone number, an id of their own (`user_id`, which begins with a country), or both.
https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from service.channels import lenient
from service.channels.social.meta.event import MetaOrigin, other_interaction
from service.channels.social.meta.whatsapp_person import (
    base_interaction,
    call_interaction,
    changed_id_interaction,
    preference_interaction,
    with_changed_number,
)
from service.channels.social.meta.whatsapp_text import is_known, message_text
from service.model.interaction import Interaction, Participant
from service.model.vocabulary import Direction, InteractionKind, ParticipantRole


def from_change(field: str, value: dict[str, Any], place: MetaOrigin) -> Iterator[Interaction]:
    """The messages and statuses of a change; a change without any as `other`."""
    found = False
    for name, told in _EVENTS.items():
        events = value.get(name)
        for event in events if isinstance(events, list) else ():
            found = True
            yield told(event, value, place) or other_interaction(place, name, event)
    if not found:
        yield other_interaction(place, field, value)


def _message_interaction(message: Any, value: dict[str, Any], place: MetaOrigin) -> Interaction | None:
    """What a customer wrote; None if it has no id."""
    contact = _sender_contact(message, value)
    number = lenient.dig(message, "from") or lenient.dig(contact, "wa_id")
    user_id = lenient.dig(message, "from_user_id") or lenient.dig(contact, "user_id")
    bare = _bare(message, value, place, number=number, user_id=user_id)
    if bare is None:
        return None
    name = lenient.text(lenient.dig(contact, "profile.name"), 200)
    return _with_text(
        replace(
            bare,
            direction=Direction.INBOUND,
            participant=Participant(role=ParticipantRole.CUSTOMER, name=name),
        ),
        message,
    )


def _echo_interaction(message: Any, value: dict[str, Any], place: MetaOrigin) -> Interaction | None:
    """A message that an employee of the company wrote with the app."""
    number, user_id = lenient.dig(message, "to"), lenient.dig(message, "to_user_id")
    bare = _bare(message, value, place, number=number, user_id=user_id)
    if bare is None:
        return None
    return _with_text(replace(bare, participant=Participant(role=ParticipantRole.AGENT)), message)


def _status_interaction(status: Any, value: dict[str, Any], place: MetaOrigin) -> Interaction | None:
    """How far a message to a customer has come."""
    number = lenient.dig(status, "recipient_id")
    user_id = lenient.dig(status, "recipient_user_id")
    bare = _bare(status, value, place, number=number, user_id=user_id)
    word = lenient.text(lenient.dig(status, "status"), 100)
    if bare is None or word is None:
        return None
    beside = {"message": bare.source_event_id, "status": word, "errors": status.get("errors")}
    return replace(bare, source_event_id=f"{bare.source_event_id}:{word}", data=lenient.compact(beside))


def _bare(
    event: Any, value: dict[str, Any], place: MetaOrigin, *, number: object, user_id: object
) -> Interaction | None:
    own_id = lenient.dig(event, "id")
    return base_interaction(event, value, place, event_id=own_id, number=number, user_id=user_id)


def _with_text(bare: Interaction, message: Any) -> Interaction:
    """The message with its words; one of a type that nobody knows stays `other`."""
    kind = lenient.text(message.get("type"), 100) or "unknown"
    if kind == "system":
        return with_changed_number(bare, message)
    beside = {name: message.get(name) for name in ("context", "errors", "referral")}
    data = lenient.compact({"type": kind, "content": message.get(kind), **beside})
    if not is_known(kind):
        return replace(bare, source_event_id=f"{bare.source_event_id}:other", data=data)
    return replace(bare, kind=InteractionKind.MESSAGE, text=message_text(kind, message.get(kind)), data=data)


def _sender_contact(message: Any, value: dict[str, Any]) -> Any:
    """Whom a message is from, among the contacts of its change."""
    listed = lenient.objects(value.get("contacts"))
    pairs = (("wa_id", lenient.dig(message, "from")), ("user_id", lenient.dig(message, "from_user_id")))
    for name, wanted in pairs:
        for one in listed:
            if wanted is not None and one.get(name) == wanted:
                return one
    return listed[0] if len(listed) == 1 else None


_EVENTS = {
    "messages": _message_interaction,
    "message_echoes": _echo_interaction,
    "statuses": _status_interaction,
    "calls": call_interaction,
    "user_preferences": preference_interaction,
    "user_id_update": changed_id_interaction,
}
"""List in a change -> what one of its events is."""
