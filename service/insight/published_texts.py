"""Content and notices as parts of a customer's views; pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct, structs

from service.context.content import Context
from service.context.guidance.model import Guidance
from service.context.guidance.texts import AdvisedContent
from service.db.pool import Connection
from service.insight.content import repository as contents
from service.insight.content.model import ContentItem
from service.insight.content.needs import needs_of
from service.insight.content.ranking import ContentIndex
from service.insight.notices import repository as notices
from service.insight.notices.model import StoredNotice
from service.insight.notices.rules import NoticeReader, shown_notices
from service.insight.purposes import refuses_marketing
from service.model.vocabulary import Channel

MAX_TEXT_CHARS = 1000
"""Characters of an answer that a view shows."""


class PublishedTexts(Struct, frozen=True, kw_only=True):
    """All content, and the notices that are published and not over, as one process knows them.

    Of segments only those count that were stated of the customer: a rule puts customers into a segment without a new
    version of theirs, and cached views would not follow.
    """

    content: ContentIndex
    notices: Sequence[StoredNotice] = ()
    default_language: str

    def add_to(self, guidance: Guidance, context: Context, channel: Channel | None) -> Guidance:
        """The guidance with what helps this customer on a channel at `as_of`, and what customers are told there."""
        segments = frozenset(context.customer.segments)
        reader = NoticeReader(
            at=context.as_of,
            channel=channel,
            language=context.customer.language,
            default_language=self.default_language,
            segments=segments,
            without_marketing=refuses_marketing(context, channel),
        )
        ranked = self.content.rank(needs_of(context, segments, None, channel), channel) if self.content else ()
        ends = (guidance.changes_at, *(at for at in _borders(self.notices) if at > context.as_of))
        return structs.replace(
            guidance,
            content=tuple(map(advised_content, ranked)),
            notices=shown_notices(self.notices, reader),
            changes_at=min((at for at in ends if at is not None), default=None),
        )


async def read_published_texts(connection: Connection, default_language: str) -> PublishedTexts:
    """All of them, as the database has them now."""
    return PublishedTexts(
        content=ContentIndex(await contents.read_all_content(connection)),
        notices=await notices.read_published(connection),
        default_language=default_language,
    )


def advised_content(item: ContentItem) -> AdvisedContent:
    """A ranked content as a view shows it."""
    text = item.text and item.text[:MAX_TEXT_CHARS]
    return AdvisedContent(id=item.id, title=item.title, url=item.url, text=text, because=item.because)


def _borders(notices: Iterable[StoredNotice]) -> Iterator[datetime]:
    """When a notice begins or ends."""
    for notice in notices:
        yield notice.starts_at
        if notice.ends_at is not None:
            yield notice.ends_at
