"""Which notices are shown where, in which language; pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct, structs

from service.context.guidance.texts import ShownNotice, ShownOption
from service.errors import InvalidInput
from service.insight.content.repository import check_url
from service.insight.languages import best_language, check_languages
from service.insight.notices.model import Notice, NoticeInput, NoticeState, StoredNotice
from service.insight.purposes import MARKETING
from service.model.vocabulary import Channel


class NoticeReader(Struct, frozen=True, kw_only=True):
    """Who reads notices: at a moment, on a channel, perhaps for one queue, in a language, in these segments."""

    at: datetime
    default_language: str
    channel: Channel | None = None
    queue: str | None = None
    language: str | None = None
    segments: frozenset[str] = frozenset()
    without_marketing: bool = False


def check_notice(definition: NoticeInput, now: datetime) -> None:
    """InvalidInput for a notice that ends before it begins, or names what cannot be."""
    check_languages(definition.texts, "texts")
    for place, option in enumerate(definition.options_when_closed):
        check_languages(option.texts, f"options_when_closed[{place}].texts")
        if option.url is not None:
            check_url(option.url, f"options_when_closed[{place}].url")
    if definition.ends_at is not None and definition.ends_at <= (definition.starts_at or now):
        raise InvalidInput(field="until", message="A time after `from` is expected.")


def is_shown(notice: StoredNotice, reader: NoticeReader) -> bool:
    """Whether this reader is shown the notice: it is published, in force, and not for others."""
    given = notice.definition
    return (
        notice.state is NoticeState.PUBLISHED
        and notice.starts_at <= reader.at
        and (notice.ends_at is None or reader.at < notice.ends_at)
        and (reader.channel is None or not given.channels or reader.channel in given.channels)
        and (reader.queue is None or not given.queues or reader.queue in given.queues)
        and (not given.segments or not reader.segments.isdisjoint(given.segments))
        and not (reader.without_marketing and given.purpose == MARKETING)
    )


def shown_notices(notices: Iterable[StoredNotice], reader: NoticeReader) -> tuple[ShownNotice, ...]:
    """What this reader is shown, in the reader's language, in the order of the notices."""
    return tuple(_shown(one, reader) for one in notices if is_shown(one, reader))


def notice_answer(notice: StoredNotice, language: str | None, default_language: str) -> Notice:
    """A notice with everything that is stored, and its text in one language."""
    given = notice.definition
    shown = _shown(notice, NoticeReader(at=notice.starts_at, language=language, default_language=default_language))
    return Notice(
        **structs.asdict(shown),
        state=notice.state,
        texts=dict(given.texts),
        queues=given.queues,
        channels=given.channels,
        segments=given.segments,
        options_when_closed=given.options_when_closed,
        purpose=given.purpose,
        drafted_for=notice.drafted_for,
        published_at=notice.published_at,
        updated_at=notice.updated_at,
        reach=notice.reach,
    )


def _shown(notice: StoredNotice, reader: NoticeReader) -> ShownNotice:
    texts = notice.definition.texts
    language = _language(texts, reader)
    return ShownNotice(
        id=notice.notice_id,
        text=texts[language],
        language=language,
        starts_at=notice.starts_at.astimezone(UTC),
        ends_at=notice.ends_at and notice.ends_at.astimezone(UTC),
        options=tuple(
            ShownOption(text=one.texts[_language(one.texts, reader)], url=one.url)
            for one in notice.definition.options_when_closed
        ),
    )


def _language(texts: dict[str, str], reader: NoticeReader) -> str:
    language = best_language(texts, reader.language, reader.default_language)
    assert language is not None  # a notice has a text
    return language
