"""Content and notices as a customer reads them: shapes that views, answers of handoffs and forms share."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from service.context.disclosure import ViewPart
from service.model.interaction import Timestamp


class ReasonCode(StrEnum):
    """Why a content is named to a customer."""

    SUBJECT = "subject"
    TITLE = "title"
    PHASE = "phase"
    SEGMENT = "segment"
    LANGUAGE = "language"
    CHANNEL = "channel"


class ContentReason(ViewPart, frozen=True):
    """One thing that a content and the customer have in common."""

    code: Annotated[ReasonCode, Meta(description="Which part of the content fits.")]
    value: Annotated[str, Meta(description="What fits: the subject, the words, the phase, the segment and so on.")]


def told_to_bots(because: Iterable[ContentReason]) -> tuple[ContentReason, ...]:
    """The reasons without the segments that a customer is in, which no view tells a bot."""
    return tuple(one for one in because if one.code is not ReasonCode.SEGMENT)


class AdvisedContent(ViewPart, frozen=True):
    """A page or text that may answer what the customer asks."""

    id: Annotated[str, Meta(description="Id of the content.")]
    title: Annotated[str, Meta(description="What it is about.")]
    url: Annotated[str | None, Meta(description="Address of the page; null if the text is all there is.")]
    text: Annotated[
        str | None, Meta(description="The first 1000 characters of the answer itself; null if the page has it.")
    ]
    because: Annotated[tuple[ContentReason, ...], Meta(description="Why it may help, the weightiest reason first.")]


class ShownOption(ViewPart, frozen=True):
    """What can be done while a desk is closed, in one language."""

    text: Annotated[str, Meta(description="What it is, in words.")]
    url: Annotated[str | None, Meta(description="Address of the page where it is done; null for none.")]


class ShownNotice(ViewPart, frozen=True):
    """A notice in one language, as a customer reads it."""

    id: Annotated[str, Meta(description="Id of the notice.")]
    text: Annotated[str, Meta(description="The notice in the language asked for, or in the nearest there is.")]
    language: Annotated[str, Meta(description="Language of the text, a BCP 47 tag.")]
    starts_at: Annotated[Timestamp, Meta(description="From when on it is shown, RFC 3339.")] = field(name="from")
    ends_at: Annotated[Timestamp | None, Meta(description="When it ends, RFC 3339; null for no end.")] = field(
        name="until"
    )
    options: Annotated[
        tuple[ShownOption, ...], Meta(description="What can be done while the desk is closed, in the same language.")
    ] = ()
