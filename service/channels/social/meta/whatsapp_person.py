"""What WhatsApp tells about a person beside messages: calls, another number or id, and what they want to be sent.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks
"""

from typing import Any

from msgspec.structs import replace

from service.channels import lenient
from service.channels.social.meta.event import MetaOrigin, conversation_ref, social_identity
from service.model.interaction import IdentityClaim, Interaction, Participant
from service.model.vocabulary import CallOutcome, Direction, IdentityKind, InteractionKind, ParticipantRole

_CUSTOMER = Participant(role=ParticipantRole.CUSTOMER)


def phone_identity(number: object) -> tuple[IdentityClaim, ...]:
    """The identity of a number as WhatsApp writes it, with or without a plus; none if it is absent."""
    phone = lenient.text(number, 50)
    return (IdentityClaim(kind=IdentityKind.PHONE, value=f"+{phone.lstrip('+')}"),) if phone else ()


def base_interaction(
    event: Any, value: dict[str, Any], place: MetaOrigin, *, event_id: object, number: object, user_id: object
) -> Interaction | None:
    """What every event with a customer has; None if the event has no id."""
    own_id = lenient.text(event_id, 1000)
    if own_id is None:
        return None
    line = lenient.text(lenient.dig(value, "metadata.phone_number_id"), 100) or place.account
    return Interaction(
        source=place.source,
        source_event_id=lenient.fit_id(own_id, 380),
        occurred_at=lenient.moment(lenient.dig(event, "timestamp"), place.at),
        channel=place.channel,
        kind=InteractionKind.OTHER,
        direction=Direction.OUTBOUND,
        identities=(*social_identity("whatsapp", user_id), *phone_identity(number)),
        conversation=conversation_ref(line, lenient.text(user_id, 100) or lenient.text(number, 50)),
    )


def call_interaction(call: Any, value: dict[str, Any], place: MetaOrigin) -> Interaction | None:
    """A call over WhatsApp: one interaction when it begins, and the call itself when it ends."""
    outbound = lenient.dig(call, "direction") == "BUSINESS_INITIATED"
    bare = base_interaction(
        call,
        value,
        place,
        event_id=lenient.dig(call, "id"),
        number=lenient.dig(call, "to" if outbound else "from"),
        user_id=lenient.dig(call, "to_user_id" if outbound else "from_user_id"),
    )
    event = lenient.text(lenient.dig(call, "event"), 100)
    if bare is None or event is None:
        return None
    told = replace(
        bare,
        source_event_id=f"{bare.source_event_id}:{event}",
        direction=Direction.OUTBOUND if outbound else Direction.INBOUND,
        data=lenient.compact({name: part for name, part in call.items() if name != "session"}),
    )
    if event != "terminate":
        return told
    talked = call.get("duration") not in (None, 0, "0")
    failed = CallOutcome.FAILED if outbound else CallOutcome.MISSED
    return replace(told, kind=InteractionKind.CALL, outcome=CallOutcome.ANSWERED if talked else failed)


def preference_interaction(wish: Any, value: dict[str, Any], place: MetaOrigin) -> Interaction | None:
    """What a customer wants to be sent, or no more: `stop` or `resume` for a category of messages."""
    wanted = lenient.text(lenient.dig(wish, "value"), 100)
    number, user_id = lenient.dig(wish, "wa_id"), lenient.dig(wish, "user_id")
    bare = base_interaction(wish, value, place, event_id=lenient.fingerprint(wish), number=number, user_id=user_id)
    if bare is None or wanted is None:
        return None
    category = lenient.text(lenient.dig(wish, "category"), 100) or "messages"
    detail = lenient.text(lenient.dig(wish, "detail"), 1000)
    return replace(
        bare,
        source_event_id=f"{place.account}:preference:{bare.source_event_id}",
        direction=Direction.INBOUND,
        participant=_CUSTOMER,
        text=f"[{wanted}: {category.replace('_', ' ')}] {detail or ''}".strip(),
        data=lenient.compact(wish),
    )


def changed_id_interaction(change: Any, value: dict[str, Any], place: MetaOrigin) -> Interaction | None:
    """A customer whose id is another one: both belong to one person, as far as WhatsApp claims."""
    if not isinstance(lenient.dig(change, "user_id"), dict):
        return None
    previous, current = (lenient.dig(change, f"user_id.{name}") for name in ("previous", "current"))
    number = lenient.dig(change, "wa_id")
    bare = base_interaction(change, value, place, event_id=lenient.fingerprint(change), number=number, user_id=previous)
    return bare and replace(
        bare,
        source_event_id=f"{place.account}:user_id:{bare.source_event_id}",
        direction=Direction.INTERNAL,
        kind=InteractionKind.SYSTEM,
        identities=(*bare.identities, *social_identity("whatsapp", current)),
        data=lenient.compact(change),
    )


def with_changed_number(bare: Interaction, message: Any) -> Interaction:
    """The remark of WhatsApp that a customer has another number, or another id: the new one is claimed to be theirs."""
    said = lenient.dig(message, "system")
    number = lenient.dig(said, "wa_id") or lenient.dig(said, "new_wa_id")
    also = (*phone_identity(number), *social_identity("whatsapp", lenient.dig(said, "user_id")))
    new = tuple(one for one in also if one not in bare.identities)
    return replace(
        bare,
        kind=InteractionKind.SYSTEM,
        direction=Direction.INTERNAL,
        participant=Participant(role=ParticipantRole.SYSTEM),
        identities=(*bare.identities, *new),
        text=lenient.text(lenient.dig(said, "body"), 1000),
        data=lenient.compact({"type": "system", "content": said}),
    )
