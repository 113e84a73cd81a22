"""What is told of an event, and how it is written; pure."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct

from service.events.model import (
    CallbackChanged,
    CallChanged,
    ContextChanged,
    CustomerRiskRose,
    Event,
    HandoffChanged,
    NoticePublished,
    SubjectChanged,
)
from service.model.interaction import Timestamp

EventData = (
    ContextChanged
    | HandoffChanged
    | CallbackChanged
    | CallChanged
    | CustomerRiskRose
    | NoticePublished
    | SubjectChanged
)

CLOUD_EVENT_MEDIA_TYPE = "application/cloudevents+json"
_notice_decoder = msgspec.json.Decoder(NoticePublished)


class EventEnvelope(Struct, frozen=True, kw_only=True):
    """The envelope of CloudEvents 1.0 in structured mode."""

    specversion: Annotated[str, Meta(description="Version of the CloudEvents specification, always `1.0`.")] = "1.0"
    id: Annotated[str, Meta(description="The event's number as text; it stays the same when the event is sent again.")]
    source: Annotated[str, Meta(description="URI reference of this service.")]
    type: Annotated[str, Meta(description="What happened, such as `askonce.handoff.accepted`.")]
    subject: Annotated[
        str, Meta(description="Canonical id of the customer that it concerns (UUIDv7); of notices the id that is none.")
    ]
    time: Annotated[Timestamp, Meta(description="When it happened, an RFC 3339 time.")]
    datacontenttype: Annotated[str, Meta(description="Media type of the data, always JSON.")] = "application/json"
    data: Annotated[EventData, Meta(description="Ids, version, state and queue of what happened; nothing personal.")]


def event_data(event: Event) -> EventData:
    """What is told of the event; the same to every receiver."""
    customer_id, version, subject_id = event.customer_id, event.version, event.subject_id
    match event.family:
        case "context":
            return ContextChanged(customer_id=customer_id, version=version)
        case "handoff":
            return HandoffChanged(
                customer_id=customer_id,
                version=version,
                handoff_id=subject_id,
                state=event.state,
                queue=event.queue,
                reason=event.reason or UNSET,
            )
        case "callback":
            return CallbackChanged(
                customer_id=customer_id, version=version, callback_id=subject_id, state=event.state, queue=event.queue
            )
        case "call":
            return _call_data(event)
        case "customer" if event.type == "customer.at_risk":
            return _risk_data(event)
        case "notice":
            return _notice_decoder.decode(event.notice or "{}")
        case _:
            return SubjectChanged(customer_id=customer_id, version=version, subject_id=subject_id)


def _call_data(event: Event) -> CallChanged:
    return CallChanged(
        customer_id=event.customer_id,
        version=event.version,
        call_id=event.subject_id,
        call_ref=event.reference,
        state=event.state,
        queue=event.queue,
    )


def _risk_data(event: Event) -> CustomerRiskRose:
    codes = tuple((event.reason or "").split())
    return CustomerRiskRose(customer_id=event.customer_id, version=event.version, level=event.state, codes=codes)


def sse_frame(event: Event) -> bytes:
    """The event as a stream of Server-Sent Events has it."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        event.event_id,
        event.type.encode(),
        msgspec.json.encode(event_data(event)),
    )


def cloud_event_json(event: Event, *, source: str) -> bytes:
    """The event as a webhook receives it, in JSON."""
    return msgspec.json.encode(
        EventEnvelope(
            id=str(event.event_id),
            source=source,
            type=f"askonce.{event.type}",
            subject=str(event.customer_id),
            time=event.created_at,
            data=event_data(event),
        )
    )
