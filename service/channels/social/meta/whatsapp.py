"""WhatsApp: messages of customers, and what became of those sent to them.

Who writes has a phone number, an id of their own (`user_id`, which begins with a country), or both.
https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
"""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from service.channels import lenient
from service.channels.social.meta.event import MetaOrigin, conversation_ref, other_interaction, social_identity
from service.model.interaction import IdentityClaim, Interaction, Participant
from service.model.vocabulary import Direction, IdentityKind, InteractionKind, ParticipantRole

_TEXTS = {
    "text": ("text.body",),
    "button": ("button.text",),
    "interactive": ("interactive.button_reply.title", "interactive.list_reply.title", "interactive.nfm_reply.body"),
    "image": ("image.caption",),
    "video": ("video.caption",),
    "document": ("document.caption", "document.filename"),
    "location": ("location.name", "location.address"),
    "reaction": ("reaction.emoji",),
    "audio": (),
    "sticker": (),
    "contacts": (),
    "order": ("order.text",),
}
"""Type of message -> where its words stand, the best place first."""


def from_change(field: str, value: dict[str, Any], place: MetaOrigin) -> Iterator[Interaction]:
    """The messages and statuses of a change; a change without any as `other`."""
    found = False
    for name, told in (
        ("messages", _message_interaction),
        ("message_echoes", _echo_interaction),
        ("statuses", _status_interaction),
    ):
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
    bare = _base_interaction(message, value, place, number=number, user_id=user_id)
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
    bare = _base_interaction(message, value, place, number=number, user_id=user_id)
    if bare is None:
        return None
    return _with_text(replace(bare, participant=Participant(role=ParticipantRole.AGENT)), message)


def _status_interaction(status: Any, value: dict[str, Any], place: MetaOrigin) -> Interaction | None:
    """How far a message to a customer has come."""
    number = lenient.dig(status, "recipient_id")
    user_id = lenient.dig(status, "recipient_user_id")
    bare = _base_interaction(status, value, place, number=number, user_id=user_id)
    word = lenient.text(lenient.dig(status, "status"), 100)
    if bare is None or word is None:
        return None
    beside = {"message": bare.source_event_id, "status": word, "errors": status.get("errors")}
    return replace(bare, source_event_id=f"{bare.source_event_id}:{word}", data=lenient.compact(beside))


def _base_interaction(
    event: Any, value: dict[str, Any], place: MetaOrigin, *, number: Any, user_id: Any
) -> Interaction | None:
    """What every event with a customer has; None if the event has no id."""
    event_id = lenient.text(lenient.dig(event, "id"), 1000)
    if event_id is None:
        return None
    line = lenient.text(lenient.dig(value, "metadata.phone_number_id"), 100) or place.account
    phone = lenient.text(number, 50)
    claims = (IdentityClaim(kind=IdentityKind.PHONE, value=f"+{phone.lstrip('+')}"),) if phone else ()
    return Interaction(
        source=place.source,
        source_event_id=lenient.fit_id(event_id, 380),
        occurred_at=lenient.moment(lenient.dig(event, "timestamp"), place.at),
        channel=place.channel,
        kind=InteractionKind.OTHER,
        direction=Direction.OUTBOUND,
        identities=(*social_identity("whatsapp", user_id), *claims),
        conversation=conversation_ref(line, lenient.text(user_id, 100) or phone),
    )


def _with_text(bare: Interaction, message: Any) -> Interaction:
    """The message with its words; one of a type that nobody knows stays `other`."""
    kind = lenient.text(message.get("type"), 100) or "unknown"
    beside = {"type": kind, "content": message.get(kind), "context": message.get("context")}
    if kind not in _TEXTS:
        return replace(bare, source_event_id=f"{bare.source_event_id}:other", data=lenient.compact(beside))
    texts = (lenient.text(lenient.dig(message, path), 100_000) for path in _TEXTS[kind])
    return replace(
        bare,
        kind=InteractionKind.MESSAGE,
        text=next((text for text in texts if text is not None), None),
        data=lenient.compact(beside),
    )


def _sender_contact(message: Any, value: dict[str, Any]) -> Any:
    """Whom a message is from, among the contacts of its change."""
    contacts = value.get("contacts")
    listed = [one for one in contacts if isinstance(one, dict)] if isinstance(contacts, list) else []
    pairs = (("wa_id", lenient.dig(message, "from")), ("user_id", lenient.dig(message, "from_user_id")))
    for name, wanted in pairs:
        for one in listed:
            if wanted is not None and one.get(name) == wanted:
                return one
    return listed[0] if len(listed) == 1 else None
