"""Messenger and Instagram: direct messages, their echoes and postbacks, and comments that everybody reads.

https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
"""

from typing import Any

from msgspec.structs import replace

from service.channels import lenient
from service.channels.social.meta.event import MetaOrigin, conversation_ref, other_interaction, social_identity
from service.model.interaction import Interaction, Participant
from service.model.vocabulary import Direction, InteractionKind, ParticipantRole

_INBOXES = frozenset({"263902037430900", "1217981644879628"})
"""The apps in which people answer by hand: the inbox of a page, and that of Instagram."""
_NO_KIND = frozenset({"sender", "recipient", "timestamp"})


def from_messaging(event: Any, place: MetaOrigin) -> Interaction:
    """A message, echo or postback; everything else, such as a receipt, as `other`."""
    ours = _has_kind(lenient.dig(event, "sender.id"), place.account) or lenient.dig(event, "message.is_echo") is True
    customer = lenient.dig(event, "recipient.id" if ours else "sender.id")
    if not isinstance(event, dict) or lenient.text(customer, 200) is None:
        return other_interaction(place, "messaging", event)
    bare = replace(
        other_interaction(place, next((name for name in event if name not in _NO_KIND), "messaging"), event),
        occurred_at=lenient.moment(event.get("timestamp"), place.at),
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        identities=social_identity(place.network, customer),
        conversation=conversation_ref(place.account, customer),
    )
    return _message_interaction(event, bare, ours=ours) or _postback_interaction(event, bare) or bare


def from_comment(value: Any, place: MetaOrigin) -> Interaction | None:
    """A new public comment or post of another person; None for anything else."""
    author = lenient.dig(value, "from.id")
    words = lenient.text(lenient.dig(value, "message") or lenient.dig(value, "text"), 100_000)
    comment_id = lenient.dig(value, "comment_id") or lenient.dig(value, "post_id") or lenient.dig(value, "id")
    new = lenient.text(lenient.dig(value, "verb") or "add", 20) == "add"
    event_id = lenient.text(comment_id, 1000)
    if (
        not new
        or words is None
        or event_id is None
        or _has_kind(author, place.account)
        or not social_identity("", author)
    ):
        return None
    handle = lenient.dig(value, "from.username")
    beside = {"post": lenient.dig(value, "post_id") or lenient.dig(value, "media.id"), "public": True}
    return Interaction(
        source=place.source,
        source_event_id=lenient.fit_id(event_id, 480),
        occurred_at=lenient.moment(lenient.dig(value, "created_time"), place.at),
        channel=place.channel,
        kind=InteractionKind.MESSAGE,
        direction=Direction.INBOUND,
        identities=(*social_identity(place.network, author), *social_identity(place.network, handle)),
        conversation=conversation_ref(place.account, author),
        participant=Participant(
            role=ParticipantRole.CUSTOMER, name=lenient.text(lenient.dig(value, "from.name") or handle, 200)
        ),
        text=words,
        data=lenient.compact(beside),
    )


def _message_interaction(event: dict[str, Any], bare: Interaction, *, ours: bool) -> Interaction | None:
    message_id = lenient.text(lenient.dig(event, "message.mid"), 1000)
    if message_id is None or lenient.dig(event, "message.is_deleted") is True:
        return None
    beside = {name: lenient.dig(event, f"message.{name}") for name in ("attachments", "quick_reply", "reply_to")}
    return replace(
        bare,
        source_event_id=lenient.fit_id(message_id, 480),
        kind=InteractionKind.MESSAGE,
        participant=Participant(role=_company_participant(event) if ours else ParticipantRole.CUSTOMER),
        text=lenient.text(lenient.dig(event, "message.text"), 100_000),
        data=lenient.compact(beside),
    )


def _postback_interaction(event: dict[str, Any], bare: Interaction) -> Interaction | None:
    """A button that the customer pressed is what they said."""
    title = lenient.text(lenient.dig(event, "postback.title"), 100_000)
    if title is None:
        return None
    own = lenient.text(lenient.dig(event, "postback.mid"), 1000)
    return replace(
        bare,
        source_event_id=lenient.fit_id(own, 480) if own else bare.source_event_id.removesuffix(":other"),
        kind=InteractionKind.MESSAGE,
        participant=Participant(role=ParticipantRole.CUSTOMER),
        text=title,
        data=lenient.compact({"payload": lenient.dig(event, "postback.payload")}),
    )


def _company_participant(event: dict[str, Any]) -> ParticipantRole:
    """Who wrote for the company: a program, unless it was done in an inbox."""
    app = lenient.text(lenient.dig(event, "message.app_id"), 100)
    return ParticipantRole.AGENT if app is None or app in _INBOXES else ParticipantRole.BOT


def _has_kind(value: Any, account: str) -> bool:
    return lenient.text(value, 200) == account
