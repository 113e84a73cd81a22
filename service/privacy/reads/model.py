"""The shapes of reads on record, and of the reasons for them."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from service.model.interaction import Timestamp


class ReasonChoice(StrEnum):
    """Why a customer is opened who is not being served."""

    CONTACT = "contact"
    """The customer turned to the agent in another way."""
    FOLLOW_UP = "follow_up"
    COMPLAINT = "complaint"
    QUALITY = "quality"
    DATA_REQUEST = "data_request"
    OTHER = "other"
    """For which words are needed; so are reasons in a header."""


AGENTS_REASON_FOR = timedelta(hours=10)
"""So long a reason that an agent gave is good for the same customer: as long as a session may last."""
KEYS_REASON_FOR = timedelta(seconds=5)
"""So long after a request its reason belongs to the read, which is written a second later."""
MAX_REASON_CHARS = 200


class ReadReason(Struct, frozen=True, kw_only=True):
    """Why a customer was opened."""

    choice: Annotated[ReasonChoice, Meta(description="What it was about; `other` of keys, and where words say it.")]
    note: Annotated[str, Meta(description="The words of the one who opened the customer; empty if there are none.")]


class CustomerRead(Struct, frozen=True, kw_only=True):
    """One look at a customer; looks of one key at one view within a second are one."""

    at: Annotated[Timestamp, Meta(description="When it was, to the second.")]
    by: Annotated[str, Meta(description="Name of the key or agent; `askonce` for one that is not known any more.")]
    by_id: Annotated[UUID, Meta(description="Id of the key or agent.")]
    role: Annotated[
        str | None, Meta(description="Role of the key or agent now; null for one that is not known any more.")
    ]
    is_agent: Annotated[bool, Meta(description="Whether it was a person who signed in to the console.")]
    view: Annotated[str, Meta(description="What was shown: a view such as `console`, or `brief`, `journey`, `search`.")]
    customer_ids: Annotated[
        list[UUID], Meta(description="Which customers of the merge set were named in it, in the order of their ids.")
    ]
    reason: Annotated[ReadReason | None, Meta(description="Why, if it was said; null if not.")] = None
