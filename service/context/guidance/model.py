"""What a view shows of the company's guidance; each audience gets the parts that its view names."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from service.context.disclosure import ViewPart
from service.context.guidance.texts import AdvisedContent, ShownNotice
from service.model.interaction import Timestamp


class ActionReason(ViewPart, frozen=True):
    """A fact that an action rests on."""

    name: Annotated[str, Meta(description="The fact's name in the rule, such as `signals.failed_attempts`.")]
    value: Annotated[str, Meta(description="Its value in words of the action's language.")]


class NextAction(ViewPart, frozen=True):
    """An action that a rule of the company advises now."""

    rule: Annotated[str, Meta(description="The name of the rule that advises it.")]
    action: Annotated[str, Meta(description="What to do, as the rule's code, such as `call_back`.")]
    words: Annotated[
        str,
        Meta(description="What to say, as plain text in the customer's language, else in that of the company."),
    ]
    language: Annotated[str, Meta(description="The language of the words, a BCP 47 tag.")]
    because: Annotated[tuple[ActionReason, ...], Meta(description="The facts that it rests on, in the rule's order.")]
    until: Annotated[Timestamp | None, Meta(description="Until when it holds; null if no end is known.")]


class Guidance(Struct, frozen=True, kw_only=True):
    """All that is advised to one audience on one customer."""

    next: tuple[NextAction, ...] = ()
    """At most three, the highest priority first."""
    content: tuple[AdvisedContent, ...] = ()
    """At most five, the best first."""
    notices: tuple[ShownNotice, ...] = ()
    """What customers are told now, what ends first at the beginning."""
    changes_at: datetime | None = None
    """The next moment after `as_of` at which it may be another one by time alone; None if there is none."""


NO_GUIDANCE = Guidance()
