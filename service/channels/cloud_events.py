"""CloudEvents 1.0 in JSON: an interaction in `data`, its source, id and time in the envelope.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from service.errors import InvalidInput
from service.model.decode import convert_decoded, decode_json
from service.model.interaction import Interaction, Timestamp

MEDIA_TYPE = "application/cloudevents+json"
BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"


class CloudEvent(Struct, frozen=True, kw_only=True):
    """An envelope in structured mode; extension attributes are allowed and ignored."""

    specversion: Annotated[Literal["1.0"], Meta(description="Version of the CloudEvents specification, always `1.0`.")]
    id: Annotated[
        str, Meta(min_length=1, description="The event's id within its source; it becomes `source_event_id`.")
    ]
    source: Annotated[
        str,
        Meta(
            min_length=1, description="URI reference of the system that sends; it becomes the interaction's `source`."
        ),
    ]
    type: Annotated[
        str,
        Meta(min_length=1, description="Kind of event in the sender's words; it must be there and is not interpreted."),
    ]
    time: Annotated[
        Timestamp | UnsetType,
        Meta(description="When it happened, an RFC 3339 time; absent, `occurred_at` of the data counts."),
    ] = UNSET
    data: Annotated[
        dict[str, Any],
        Meta(description="The interaction without `source` and `source_event_id`, which the envelope holds."),
    ] = {}


def parse(raw: bytes) -> Interaction:
    """The interaction in an event. InvalidInput names the field; those of the interaction are below `data`."""
    event = decode_json(raw, CloudEvent)
    envelope: dict[str, Any] = {"source": event.source, "source_event_id": event.id}
    if event.time is not UNSET:
        envelope["occurred_at"] = event.time
    try:
        return convert_decoded(event.data | envelope, Interaction)
    except InvalidInput as error:
        raise InvalidInput(field=f"data.{error.field}", message=error.message) from None
