"""The push format of sipgate.io, which many telephone systems send, and Placetel's dialect of it.

Forms or JSON: `event=newCall|answer|hangup, callId, from, to, direction, user[], cause`. Who calls stands in the first
event of a call only: on answer `from` is the other leg, on hangup `to` can be `s`. A call that is passed on gets a new
callId, with the first one as origCallId.
https://developer.sipgate.io/push-api/api-reference/ and https://github.com/Placetel/call-control-notify-api
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode
from xml.sax.saxutils import quoteattr

from service.channels import lenient
from service.channels.base import (
    Adapter,
    AdapterSettings,
    ChannelAccount,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
    SecretText,
    check_secret,
)
from service.channels.phone.call_outcomes import call_outcome
from service.errors import InvalidInput
from service.identity.withheld import is_withheld
from service.model.call import CallEvent
from service.model.interaction import ConversationHint, IdentityClaim, Interaction, JsonObject
from service.model.vocabulary import CallOutcome, CallPhase, Channel, Direction, IdentityKind, InteractionKind

_PHASES = {
    "newcall": CallPhase.RINGING,
    "answer": CallPhase.ANSWERED,
    "hangup": CallPhase.ENDED,
    "incomingcall": CallPhase.RINGING,
    "outgoingcall": CallPhase.RINGING,
    "callaccepted": CallPhase.ANSWERED,
    "hungup": CallPhase.ENDED,
}
_PLACETEL = {"incomingcall": Direction.INBOUND, "outgoingcall": Direction.OUTBOUND}
_REF, _WORD, _NUMBER = 200, 200, 100
_MAX_USERS = 50
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,255}")
_INTERNATIONAL = 8
"""Digits from so many on, and without a zero in front, are an international number without its plus."""


class CtiSettings(AdapterSettings, frozen=True, kw_only=True):
    """`international=false` for a system that sends local numbers without a zero in front; sipgate sends none.

    `signature_secret` is Placetel's shared secret, if there is one: unsigned deliveries are then refused.
    """

    international: bool = True
    signature_secret: SecretText = ""


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """The token stands in the path; Placetel signs in addition."""
    secret = account.settings.signature_secret
    if secret:
        check_secret(delivery.header("x-placetel-signature").lower(), _signature(delivery.raw, secret))


def _signature(raw: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """The one event of a delivery. InvalidInput without a call id."""
    fields = _form_fields(delivery)
    leg_ref = _first_value(fields, ("callId", "call_id", "callid"), _REF)
    if leg_ref is None:
        raise InvalidInput("callId: The id of the call is expected.", field="callId", message="It is expected.")
    event = (_first_value(fields, ("event",), _WORD) or "").casefold()
    call_ref = _first_value(fields, ("origCallId", "originalCallId", "orig_call_id"), _REF) or leg_ref
    phase = _PHASES.get(event)
    if phase is None:
        return [_other_interaction(fields, delivery, account, call_ref=call_ref, event=event)]
    return [_call_event(fields, delivery, account, call_ref=call_ref, leg_ref=leg_ref, phase=phase, event=event)]


def _call_event(
    fields: Mapping[str, list[object]],
    delivery: Delivery,
    account: ChannelAccount,
    *,
    call_ref: str,
    leg_ref: str,
    phase: CallPhase,
    event: str,
) -> CallEvent:
    direction = _PLACETEL.get(event) or _direction(fields)
    agents = _agents(fields)
    begins = phase is CallPhase.RINGING
    by_machine = phase is CallPhase.ANSWERED and agents == ("voicemail",)
    return CallEvent(
        source=account.source,
        call_ref=call_ref,
        leg_ref=leg_ref,
        phase=CallPhase.RINGING if by_machine else phase,
        occurred_at=delivery.received_at,
        direction=None if by_machine else direction,
        identities=_customer(fields, direction, account.settings) if begins else (),
        outcome=CallOutcome.VOICEMAIL if by_machine else call_outcome(_first_value(fields, ("cause", "type"), _WORD)),
        queue=_first_value(fields, ("queue",), 100),
        agents=() if by_machine else agents,
        data=_data(fields) if begins else None,
    )


def _direction(fields: Mapping[str, list[object]]) -> Direction:
    said = (_first_value(fields, ("direction",), _WORD) or "").casefold()
    return Direction.OUTBOUND if said.startswith("out") else Direction.INBOUND


def _form_fields(delivery: Delivery) -> dict[str, list[object]]:
    """Every field with its values, whether they came as JSON or as a form, and whatever the content type says."""
    if delivery.raw.lstrip()[:1] == b"{":
        found = lenient.decode_json(delivery.raw, dict[str, object])
        return {name: value if isinstance(value, list) else [value] for name, value in found.items()}
    try:
        form = parse_qs(delivery.raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        raise InvalidInput("A form of at most 1000 fields is expected.") from None
    return {name.removesuffix("[]"): list(values) for name, values in form.items()}


def _first_value(fields: Mapping[str, list[object]], names: Sequence[str], most: int) -> str | None:
    """The first text under one of these names; ids stay two even where they are cut."""
    for name in names:
        for value in fields.get(name, ()):
            if (found := lenient.text(value, 10 * most)) is not None:
                return lenient.fit_id(found, most)
    return None


def _agents(fields: Mapping[str, list[object]]) -> tuple[str, ...]:
    """The names in `user`, which repeats, or Placetel's SIP peer."""
    given = [lenient.text(value, _WORD) for name in ("user", "peer") for value in fields.get(name, ())[:_MAX_USERS]]
    return tuple(dict.fromkeys(name for name in given if name))


def _customer(
    fields: Mapping[str, list[object]], direction: Direction, settings: CtiSettings
) -> tuple[IdentityClaim, ...]:
    """The number on the other end; none if it is withheld."""
    number = _first_value(fields, ("to" if direction is Direction.OUTBOUND else "from",), _NUMBER)
    if number is None or not any(character.isdigit() for character in number):
        return ()
    bare = number.isascii() and number.isdigit() and len(number) >= _INTERNATIONAL and number[0] != "0"
    value = f"+{number}" if bare and settings.international else number
    return () if is_withheld(value) else (IdentityClaim(kind=IdentityKind.PHONE, value=value),)


def _data(fields: Mapping[str, list[object]]) -> JsonObject | None:
    names = {"from": ("from",), "to": ("to",), "diversion": ("diversion",), "vendor_ref": ("xcid",)}
    return lenient.compact({name: _first_value(fields, given, _WORD) for name, given in names.items()})


def _other_interaction(
    fields: Mapping[str, list[object]], delivery: Delivery, account: ChannelAccount, *, call_ref: str, event: str
) -> Interaction:
    """What this version does not understand, such as the keys that a caller pressed; the same event counts once."""
    digest = hashlib.sha256(delivery.raw).hexdigest()[:24]
    return Interaction(
        source=account.source,
        source_event_id=f"{call_ref}:{lenient.fit_id(event, 100) or 'unnamed'}:{digest}:other",
        occurred_at=delivery.received_at,
        channel=Channel.PHONE,
        kind=InteractionKind.OTHER,
        direction=Direction.INBOUND,
        identities=(),
        conversation=ConversationHint(ref=call_ref),
        data=lenient.compact({"event": event, "fields": dict(fields)}),
    )


def answer(delivery: Delivery, _instance: ChannelAccount, _taken: DeliveryResult) -> DeliveryReply:
    """JSON to whom sends JSON; to others the XML without which sipgate tells no more of the call."""
    if delivery.raw.lstrip()[:1] == b"{":
        return DeliveryReply()
    begins = (
        _PHASES.get((_first_value(_form_fields(delivery), ("event",), _WORD) or "").casefold()) is CallPhase.RINGING
    )
    address = _address(delivery) if begins else None
    attributes = f" onAnswer={quoteattr(address)} onHangup={quoteattr(address)}" if address else ""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Response{attributes}/>'
    return DeliveryReply(body=body.encode(), content_type="application/xml")


def _address(delivery: Delivery) -> str | None:
    """Where the vendor reaches this door: the configured public address, else the one that it has just called."""
    if delivery.url.startswith("http"):
        return delivery.url
    host = delivery.header("host")
    scheme = "https" if delivery.header("x-forwarded-proto") == "https" else "http"
    return f"{scheme}://{host}{delivery.url}" if _HOST.fullmatch(host) and delivery.url.startswith("/") else None


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """A call as sipgate tells it: it rings at two telephones, Bob answers, and they part."""
    call = (("callId", "sample-1"), ("from", "4917112345678"), ("to", "4930901820"), ("direction", "in"))
    forms = (
        (("event", "newCall"), *call, ("user[]", "Anna"), ("user[]", "Bob")),
        (("event", "answer"), *call, ("user", "Bob"), ("answeringNumber", "4930901821")),
        (("event", "hangup"), *call, ("cause", "normalClearing")),
    )
    bodies = [urlencode(form).encode() for form in forms]
    return [
        Delivery(
            raw=body,
            headers={
                "content-type": "application/x-www-form-urlencoded",
                "x-placetel-signature": _signature(body, account.settings.signature_secret),
            },
            received_at=datetime(2026, 11, 21, 9, 30 + minute, tzinfo=UTC),
        )
        for minute, body in enumerate(bodies)
    ]


ADAPTER = Adapter(
    name="cti",
    title="Telephone systems with CTI push (sipgate, Placetel, Zammad's format)",
    verify=verify,
    parse=parse,
    answer=answer,
    samples=_samples,
    settings=CtiSettings,
    in_path=True,
)
