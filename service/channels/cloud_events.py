"""CloudEvents 1.0 in JSON: an interaction in `data`, its source, id and time in the envelope.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
"""

import base64
from datetime import datetime
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
        Meta(description="When it happened, an RFC 3339 time; without it `occurred_at` of `data`, else the arrival."),
    ] = UNSET
    data: Annotated[
        dict[str, Any],
        Meta(description="The interaction without `source` and `source_event_id`, which the envelope holds."),
    ] = {}
    data_base64: Annotated[
        str | UnsetType, Meta(description="The same as Base64 of its JSON, in place of `data`; never both.")
    ] = UNSET


def parse(raw: bytes, received_at: datetime) -> Interaction:
    """The interaction in an event. InvalidInput names the field; those of the interaction are below `data`."""
    event = decode_json(raw, CloudEvent)
    data = _data(event)
    at = data.get("occurred_at", received_at) if event.time is UNSET else event.time
    try:
        return convert_decoded(
            data | {"source": event.source, "source_event_id": event.id, "occurred_at": at}, Interaction
        )
    except InvalidInput as error:
        raise InvalidInput(field=f"data.{error.field}", message=error.message) from None


def _data(event: CloudEvent) -> dict[str, Any]:
    """The data, in whichever of its two forms it came."""
    if event.data_base64 is UNSET:
        return event.data
    if event.data:
        raise InvalidInput(field="data_base64", message="An event has data or data_base64, not both.")
    try:
        return decode_json(base64.b64decode(event.data_base64, validate=True), dict[str, Any])
    except (ValueError, InvalidInput):
        raise InvalidInput(field="data_base64", message="Base64 of a JSON object is expected.") from None
