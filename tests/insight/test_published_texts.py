"""Content and notices in views: for whom they are, and when they change by time."""

from datetime import timedelta

from service.context.guidance.model import Guidance
from service.insight.content.ranking import ContentIndex
from service.insight.notices.model import NoticeInput, NoticeState, StoredNotice
from service.insight.published_texts import PublishedTexts
from service.model.vocabulary import Channel
from tests.context.records import context, customer
from tests.fixtures import NOW
from tests.insight.test_content_ranking import item

HOUR = timedelta(hours=1)


def notice(starts: float = -1, ends: float | None = 1, **fields: object) -> StoredNotice:
    given = NoticeInput(texts={"en": "Closed.", "de": "Geschlossen."}, **fields)
    return StoredNotice(
        notice_id="closed",
        state=NoticeState.PUBLISHED,
        starts_at=NOW + starts * HOUR,
        ends_at=None if ends is None else NOW + ends * HOUR,
        definition=given,
        drafted_for=None,
        reach=None,
        published_at=NOW,
        updated_at=NOW,
    )


def advised(*notices: StoredNotice, **fields: object):
    index = ContentIndex([item(subjects=(), segments=("vip",))])
    texts = PublishedTexts(content=index, notices=notices, default_language="en")
    return texts.add_to(Guidance(), context(customers=(customer(**fields),)), Channel.CHATBOT)


def test_a_view_tells_what_is_in_force_in_the_customers_language():
    assert [one.text for one in advised(notice(), language="de-CH").notices] == ["Geschlossen."]
    assert advised(notice(ends=0)).notices == ()
    assert advised(notice(starts=1, ends=2)).notices == ()
    assert advised(notice(channels=(Channel.WEB,))).notices == ()


def test_a_view_ends_when_the_next_notice_begins_or_ends():
    assert advised(notice(), notice(starts=0.5, ends=None)).changes_at == NOW + HOUR / 2
    assert advised(notice(ends=None)).changes_at is None


def test_content_and_notices_of_a_segment_are_for_those_of_whom_it_was_stated():
    told = advised(notice(segments=("vip",)), segments=("vip",))
    assert ([one.id for one in told.content], len(told.notices)) == (["reset"], 1)
    told = advised(notice(segments=("vip",)))
    assert (told.content, told.notices) == ((), ())


async def test_the_view_of_a_bot_follows_content_and_notices_within_a_look(desk, rooms):
    await desk.register(subject="Router", email="anna@example.de")
    assert (await desk.look_up("bot")).json()["notices"] == []
    content = {"title": "Restart", "text": "Pull the plug.", "subjects": ["router"]}
    assert (await desk("admin", "PUT", "/v1/content/restart", content)).status_code == 201
    assert (await desk("admin", "PUT", "/v1/notices/closed", {"texts": {"en": "Closed."}})).status_code == 201
    await rooms.reader.trust.check()
    view = (await desk.look_up("bot")).json()
    assert [one["text"] for one in view["notices"]] == ["Closed."]
    assert [(one["id"], one["because"][0]["code"]) for one in view["content"]] == [("restart", "subject")]
    assert "content" not in (await desk.look_up("console")).json()
