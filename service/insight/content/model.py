"""Content as people enter it, and as it is ranked for a customer."""

from typing import Annotated

from msgspec import Meta, Struct

from service.context.guidance.texts import ContentReason
from service.insight.languages import MAX_LANGUAGES
from service.insight.purposes import OfferPurpose
from service.journey.model import Phase
from service.model.interaction import Language, RequestShape, ShortText, Timestamp
from service.model.vocabulary import Channel

MAX_NAMES = 100
"""Segments, or subjects, of one content."""
MAX_TEXT_CHARS = 10_000


class ContentInput(RequestShape, frozen=True, omit_defaults=False):
    """A page or text that answers questions. What is left empty does not limit whom it is for."""

    title: Annotated[ShortText, Meta(description="What it is about, as customers and agents read it.")]
    url: Annotated[
        Annotated[str, Meta(max_length=2000)] | None,
        Meta(description="Address of the page, `http` or `https`; null if `text` is all there is."),
    ] = None
    text: Annotated[
        Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARS)] | None,
        Meta(description="The answer itself in plain text; null if `url` leads to it."),
    ] = None
    languages: Annotated[
        Annotated[tuple[Language, ...], Meta(max_length=MAX_LANGUAGES)],
        Meta(description="Languages that it is written in; `de` serves `de-AT` as well."),
    ] = ()
    channels: Annotated[
        Annotated[tuple[Channel, ...], Meta(max_length=MAX_NAMES)],
        Meta(description="Channels on which it can be shown."),
    ] = ()
    segments: Annotated[
        Annotated[tuple[ShortText, ...], Meta(max_length=MAX_NAMES)],
        Meta(description="Segments of customers that it is for."),
    ] = ()
    phases: Annotated[
        Annotated[tuple[Phase, ...], Meta(max_length=MAX_NAMES)],
        Meta(description="Phases of the journey in which it helps."),
    ] = ()
    subjects: Annotated[
        Annotated[tuple[ShortText, ...], Meta(max_length=MAX_NAMES)],
        Meta(description="Words or short phrases of the matters that it answers, such as `router`."),
    ] = ()
    purpose: OfferPurpose = "service"


class ContentItem(ContentInput, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A content as it is stored."""

    id: Annotated[str, Meta(description="The content's name in paths.")]
    updated_at: Annotated[Timestamp, Meta(description="When it was stored last, an RFC 3339 time.")]
    because: Annotated[
        tuple[ContentReason, ...],
        Meta(
            description="Why this customer may need it, the weightiest reason first; empty where no customer is asked."
        ),
    ] = ()


class ContentNeeds(Struct, frozen=True, kw_only=True):
    """What one customer needs here and now."""

    subjects: tuple[str, ...] = ()
    """Of the open matters, and what was said in them last."""
    phase: Phase | None = None
    segments: frozenset[str] = frozenset()
    language: str | None = None
    failed: tuple[str, ...] = ()
    """What was tried and did not help."""
    without_marketing: bool = False
    """Whether nothing that advertises is wanted."""
