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

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(min_length=1)]
    source: Annotated[str, Meta(min_length=1)]
    type: Annotated[str, Meta(min_length=1)]
    time: Timestamp | UnsetType = UNSET
    data: dict[str, Any] = {}


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
