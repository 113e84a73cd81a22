"""Twilio Programmable Voice: the webhook of a number (`voice`) and the status callback (`status`), forms both.

https://www.twilio.com/docs/voice/twiml#request-parameters and
https://www.twilio.com/docs/usage/security#validating-requests. SignalWire and Telnyx (TeXML) send the same fields with
signatures of their own, so parsing does not look at what verifies.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlencode
from xml.sax.saxutils import escape

from msgspec.structs import replace

from service.channels import lenient
from service.channels.base import (
    Adapter,
    AdapterSettings,
    ChannelAccount,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
)
from service.channels.phone.call_outcomes import call_outcome
from service.errors import ConfigurationError, DeliveryRefused, InvalidInput
from service.identity.withheld import is_withheld
from service.model.call import CallEvent
from service.model.interaction import MAX_IDENTITY_CHARS, ConversationHint, IdentityClaim, Interaction
from service.model.vocabulary import CallPhase, Channel, Direction, IdentityKind, InteractionKind

_PHASES = {
    "queued": CallPhase.RINGING,
    "initiated": CallPhase.RINGING,
    "ringing": CallPhase.RINGING,
    "in-progress": CallPhase.ANSWERED,
    "answered": CallPhase.ANSWERED,
    "completed": CallPhase.ENDED,
    "busy": CallPhase.ENDED,
    "failed": CallPhase.ENDED,
    "no-answer": CallPhase.ENDED,
    "canceled": CallPhase.ENDED,
}
_REF, _WORD, _DURATION = 200, 200, 6


class TwilioSettings(AdapterSettings, frozen=True, kw_only=True):
    """`continue_url` is where Twilio asks how the call goes on, if the webhook of the number is this door."""

    continue_url: str = ""


def verify(delivery: Delivery, account: ChannelAccount) -> None:
    """The secret is the account's auth token, or the key that signs with HMAC_SHA256; the URL the configured one."""
    try:
        from twilio.request_validator import (  # type: ignore[import-untyped]
            RequestValidator,
            get_signature_algorithm,
        )
    except ImportError as error:
        raise ConfigurationError(
            "Install askonce[twilio]: the signatures are checked by Twilio's own library."
        ) from error
    fields = _fields(delivery)
    algorithm = get_signature_algorithm(delivery.header("x-twilio-webhooks-signature-settings"))
    signature = delivery.header("x-twilio-signature")
    validator = RequestValidator(account.secret)
    if not signature or not validator.validate(delivery.url, _Parameters(fields), signature, algorithm):
        raise DeliveryRefused


class _Parameters(dict[str, list[str]]):
    """The fields with all their values, as the validator asks for them."""

    def getall(self, name: str) -> list[str]:
        """Every value of a field."""
        return self[name]


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """The event of a call, and that of the leg which `<Dial>` has tried. InvalidInput without an id."""
    fields = {name: values[-1] for name, values in _fields(delivery).items()}
    call_sid = lenient.text(fields.get("CallSid"), _REF)
    if call_sid is None:
        raise InvalidInput("CallSid: The id of the call is expected.", field="CallSid", message="It is expected.")
    status = fields.get("CallStatus", "").strip().casefold()
    if status not in _PHASES:
        return [_other_interaction(fields, delivery, account, call_sid, status)]
    call = _call_event(fields, delivery, account, call_sid, status)
    events = [call] if call.phase is CallPhase.RINGING or call.dialled else [_started_at(fields, call), call]
    dialled = fields.get("DialCallStatus", "")
    if dialled:
        events.append(_dialled_leg(fields, call, dialled))
    return events


def _call_event(
    fields: Mapping[str, str], delivery: Delivery, account: ChannelAccount, call_sid: str, status: str
) -> CallEvent:
    parent = lenient.text(fields.get("ParentCallSid"), _REF)
    outbound = fields.get("Direction", "inbound").casefold().startswith("outbound")
    phase = _PHASES[status]
    return CallEvent(
        source=account.source,
        call_ref=parent or call_sid,
        leg_ref=call_sid,
        phase=phase,
        occurred_at=_parse_rfc2822(fields.get("Timestamp"), delivery.received_at),
        direction=None if parent else Direction.OUTBOUND if outbound else Direction.INBOUND,
        dialled=parent is not None,
        identities=() if parent else _customer(fields.get("To" if outbound else "From", "")),
        outcome=call_outcome(status) if phase is CallPhase.ENDED else None,
        agents=_agent(fields.get("To", "")) if parent else (),
        data=None if parent else _data(fields),
    )


def _started_at(fields: Mapping[str, str], call: CallEvent) -> CallEvent:
    """Every event of a call says who it is: of many calls Twilio tells the end alone, with how long they lasted."""
    lasted = fields.get("CallDuration", "")
    seconds = int(lasted) if lasted.isascii() and lasted.isdecimal() and len(lasted) <= _DURATION else 0
    began_at = call.occurred_at - timedelta(seconds=seconds)
    return replace(call, phase=CallPhase.RINGING, occurred_at=began_at, outcome=None)


def _dialled_leg(fields: Mapping[str, str], call: CallEvent, status: str) -> CallEvent:
    """The leg that `<Dial>` made, told in the action of that verb when it is over."""
    return CallEvent(
        source=call.source,
        call_ref=call.call_ref,
        leg_ref=lenient.text(fields.get("DialCallSid"), _REF) or f"{call.leg_ref}:dial",
        phase=CallPhase.ENDED,
        occurred_at=call.occurred_at,
        dialled=True,
        outcome=call_outcome(status),
        data=lenient.compact({"dial_duration_s": lenient.text(fields.get("DialCallDuration"), _WORD)}),
    )


def _fields(delivery: Delivery) -> dict[str, list[str]]:
    """The parameters of the form, empty ones too, because they are signed."""
    try:
        return parse_qs(delivery.raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        raise InvalidInput("A form of at most 1000 fields is expected.") from None


def _customer(number: str) -> tuple[IdentityClaim, ...]:
    """Who is on the other end, unless the number is withheld; a client is a browser of our own."""
    bare = number.strip().removeprefix("+").lower()
    if bare.startswith("client:") or is_withheld(f"+{bare}") or not any(character.isdigit() for character in bare):
        return ()
    value = lenient.text(number, MAX_IDENTITY_CHARS)
    return (IdentityClaim(kind=IdentityKind.PHONE, value=value),) if value else ()


def _agent(to: str) -> tuple[str, ...]:
    """The agent that is rung: a client's or SIP user's name, else the number."""
    name = lenient.text(to.removeprefix("client:").removeprefix("sip:").partition("@")[0], _WORD)
    return (name,) if name else ()


def _data(fields: Mapping[str, str]) -> dict[str, object] | None:
    names = {"from": "From", "to": "To", "forwarded_from": "ForwardedFrom", "answered_by": "AnsweredBy"}
    return lenient.compact({name: lenient.text(fields.get(given), _WORD) for name, given in names.items()})


def _parse_rfc2822(text: str | None, otherwise: datetime) -> datetime:
    """A time as Twilio writes it (RFC 2822)."""
    try:
        found = parsedate_to_datetime(text or "")
        return lenient.moment(found.replace(tzinfo=found.tzinfo or UTC).timestamp(), otherwise)
    except (ValueError, OverflowError):
        return otherwise


def _other_interaction(
    fields: Mapping[str, str], delivery: Delivery, account: ChannelAccount, call_sid: str, status: str
) -> Interaction:
    """A status that this version does not know."""
    number = "-".join(fields.get(name, "") for name in ("SequenceNumber", "CallbackSource"))
    return Interaction(
        source=account.source,
        source_event_id=lenient.fit_id(f"{call_sid}:{status or 'unnamed'}:{number}", 400) + ":other",
        occurred_at=_parse_rfc2822(fields.get("Timestamp"), delivery.received_at),
        channel=Channel.PHONE,
        kind=InteractionKind.OTHER,
        direction=Direction.INBOUND,
        identities=(),
        conversation=ConversationHint(ref=call_sid),
        data=lenient.compact({"fields": dict(fields)}),
    )


def answer(delivery: Delivery, account: ChannelAccount, _taken: DeliveryResult) -> DeliveryReply:
    """TwiML: on to where the call is decided on, else nothing (which ends a call whose webhook this door is)."""
    address = account.settings.continue_url
    goes_on = address and not delivery.rest.startswith("status")
    verb = f'<Redirect method="POST">{escape(address)}</Redirect>' if goes_on else ""
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{verb}</Response>'
    return DeliveryReply(body=body.encode(), content_type="text/xml")


def signed_delivery(delivery: Delivery, secret: str) -> Delivery:
    """The delivery as Twilio would sign it."""
    from twilio.request_validator import RequestValidator

    signature = RequestValidator(secret).compute_signature(delivery.url, _Parameters(_fields(delivery)))
    return replace(delivery, headers={**delivery.headers, "x-twilio-signature": signature})


def _sign_again(delivery: Delivery, account: ChannelAccount) -> Delivery:
    return signed_delivery(delivery, account.secret)


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """A call that rings and that nobody takes."""
    call = {"CallSid": "CA00000000000000000000000000sample", "From": "+4917112345678", "To": "+4930901820"}
    return [
        signed_delivery(
            Delivery(
                raw=urlencode({**call, "Direction": "inbound", "CallStatus": status}).encode(),
                headers={"content-type": "application/x-www-form-urlencoded"},
                rest=rest,
                url=f"https://askonce.example/v1/channels/twilio/{account.name}/{rest}",
                received_at=datetime(2026, 11, 21, 9, minute, tzinfo=UTC),
            ),
            account.secret,
        )
        for rest, status, minute in (("voice", "ringing", 30), ("status", "no-answer", 31))
    ]


ADAPTER = Adapter(
    name="twilio",
    title="Twilio Voice",
    verify=verify,
    parse=parse,
    answer=answer,
    samples=_samples,
    sign_again=_sign_again,
    settings=TwilioSettings,
    below=frozenset({"voice", "status"}),
)
