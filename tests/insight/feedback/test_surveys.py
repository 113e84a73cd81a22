"""One question by a link: asked rarely and never against a wish, answered once, on record as a rating."""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.fixtures import NOW

pytestmark = pytest.mark.slow

FROM_PAGE = {"sec-fetch-site": "same-origin"}
SURVEYS = "/v1/surveys"
SOLVED = {"status": "resolved"}


async def a_matter(desk, **said) -> dict:
    """A customer with a matter."""
    answer = (await desk.register(**{"ref": "m-1", "language": "de"} | said)).json()
    return {name: answer[name] for name in ("customer_id", "conversation_id")}


async def ask(desk, matter, question="csat", *, role="channel", key=None, **more):
    body = matter | {"question": question} | more
    return await desk(role, "POST", SURVEYS, body, idempotency_key=key or str(uuid4()))


async def a_link(desk, matter, question="csat") -> str:
    """The path of a page with a question."""
    return urlsplit((await ask(desk, matter, question)).json()["url"]).path


async def answer(desk, path, value="4", comment=""):
    return await desk.http.post(path, data={"value": value, "comment": comment}, headers=FROM_PAGE)


async def timeline(desk, matter) -> list[dict]:
    return (await desk("console", "GET", f"/v1/customers/{matter['customer_id']}/timeline")).json()["items"]


async def test_an_answer_is_a_rating_in_its_matter_which_stays_solved(desk):
    matter = await a_matter(desk)
    path = f"/v1/conversations/{matter['conversation_id']}"
    await desk("console", "PATCH", path, SOLVED)
    assert (await answer(desk, await a_link(desk, matter), comment=" Danke! ")).status_code == 200
    rating = (await timeline(desk, matter))[-1]
    assert (rating["kind"], rating["channel"], rating["text"]) == ("feedback", "web", "Danke!")
    assert rating["rating"] == {"scale": 5, "value": 4.0}
    assert rating["conversation_id"] == matter["conversation_id"]
    assert (await desk("console", "GET", path)).json()["status"] == "resolved"


async def test_looking_at_the_link_uses_nothing_up_and_answering_does(desk):
    matter = await a_matter(desk)
    link = await a_link(desk, matter)
    pages = [await desk.http.get(link) for _ in range(3)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [(await answer(desk, link, value)).status_code for value in ("5", "1")] == [200, 409]
    assert (await desk.http.get(link)).status_code == 409
    assert [one["rating"]["value"] for one in await timeline(desk, matter) if "rating" in one] == [5.0]


async def test_the_page_speaks_the_customers_language_and_says_nothing_about_them(desk):
    matter = await a_matter(desk, participant={"role": "customer", "name": "Anna Muster"}, text="It blinks red.")
    page = (await desk.http.get(await a_link(desk, matter))).text
    assert "Wie zufrieden sind Sie" in page
    assert not [secret for secret in ("Muster", "anna@", "blinks", *matter.values()) if secret in page]
    assert "<script" not in page


@pytest.mark.parametrize(
    ("question", "allowed", "refused"),
    [
        ("csat", ["1", "5"], ["0", "6", "", "4.5", "-1", "x"]),
        ("nps", ["0", "10"], ["11", "-1", "٣"]),
        ("effort", ["1", "7"], ["0", "8"]),
    ],
)
async def test_only_values_of_the_scale_are_answers(desk, question, allowed, refused):
    link = await a_link(desk, await a_matter(desk), question)
    assert {(await answer(desk, link, value)).status_code for value in refused} == {422}
    assert [(await answer(desk, link, value)).status_code for value in allowed] == [200, 409]


async def test_a_long_comment_is_refused_and_stays_in_the_form(desk):
    link = await a_link(desk, await a_matter(desk))
    refused = await answer(desk, link, comment="ä" * 2001)
    assert refused.status_code == 422
    assert "ä" * 2001 in refused.text
    assert (await answer(desk, link, comment="ä" * 2000)).status_code == 200


async def test_a_link_that_is_unknown_over_or_erased_gets_a_friendly_page(desk, rooms, clock):
    link = await a_link(desk, await a_matter(desk))
    clock.offset = timedelta(days=30)
    pages = [await desk.http.get(one) for one in (link, "/f/unknown", "/f/%00", "/f/" + "x" * 5000)]
    pages.append(await answer(desk, link))
    assert {page.status_code for page in pages} == {404}
    assert all("This link is over" in page.text for page in pages)


async def test_an_answer_from_another_site_does_not_count(desk):
    matter = await a_matter(desk)
    link = await a_link(desk, matter)
    forged = await desk.http.post(link, data={"value": "1"}, headers={"sec-fetch-site": "cross-site"})
    assert forged.status_code == 403
    assert len(await timeline(desk, matter)) == 1


async def test_an_answer_of_a_browser_that_names_no_page_counts(desk):
    matter = await a_matter(desk)
    sent = await desk.http.post(await a_link(desk, matter), data={"value": "5"})
    assert sent.status_code == 200
    assert (await timeline(desk, matter))[-1]["rating"]["value"] == 5.0


async def test_a_customer_is_asked_once_in_thirty_days(desk, clock):
    matter = await a_matter(desk)
    assert (await ask(desk, matter)).status_code == 201
    again = await ask(desk, matter, "nps")
    assert again.status_code == 409
    assert "from 2026-12-21T09:30:00Z" in again.json()["detail"]
    clock.offset = timedelta(days=30)
    assert (await ask(desk, matter, "nps")).status_code == 201


async def test_the_same_request_again_asks_nothing_new_and_both_links_are_one_question(desk):
    matter = await a_matter(desk)
    answers = [await ask(desk, matter, key="once") for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    first, second = (urlsplit(one.json()["url"]).path for one in answers)
    assert [(await answer(desk, one)).status_code for one in (second, first)] == [200, 409]
    assert (await ask(desk, matter, "nps", key="once")).status_code == 422


async def test_a_question_needs_no_idempotency_key(desk):
    matter = await a_matter(desk)
    asked = [await desk("channel", "POST", SURVEYS, matter | {"question": "csat"}) for _ in range(2)]
    assert [one.status_code for one in asked] == [201, 409]


async def test_merged_customers_are_asked_as_one(desk):
    first, second = await a_matter(desk), await a_matter(desk, email="a@b.example", ref="m-2")
    await ask(desk, second)
    body = {"other_customer_id": second["customer_id"]}
    assert (await desk("console", "PUT", f"/v1/customers/{first['customer_id']}/merges", body)).is_success
    assert (await ask(desk, first)).status_code == 409


@pytest.mark.parametrize(
    ("wish", "channel", "status"),
    [
        ({"channel": "email", "purpose": "survey"}, None, 409),
        ({"channel": "email", "purpose": "all"}, None, 409),
        ({"channel": "email", "purpose": "survey"}, "email", 409),
        ({"channel": "email", "purpose": "survey"}, "chatbot", 201),
        ({"channel": "email", "purpose": "marketing"}, None, 201),
        ({"channel": "email", "purpose": "survey", "until": "2026-11-21T09:29:59Z"}, None, 201),
    ],
)
async def test_a_wish_not_to_be_asked_is_respected(desk, wish, channel, status):
    matter = await a_matter(desk)
    wishes = {"do_not_contact": [wish]}
    await desk("console", "PUT", f"/v1/customers/{matter['customer_id']}/preferences", wishes)
    more = {"channel": channel} if channel else {}
    assert (await ask(desk, matter, **more)).status_code == status


async def test_who_is_unknown_or_has_no_such_matter_is_not_asked(desk):
    matter, other = await a_matter(desk), await a_matter(desk, email="b@b.example", ref="m-3")
    assert (await ask(desk, matter | {"customer_id": str(uuid4())})).status_code == 404
    foreign = await ask(desk, matter | {"conversation_id": other["conversation_id"]})
    assert (foreign.status_code, foreign.json()["type"]) == (404, "/problems/conversation-unknown")
    assert (await ask(desk, matter, "how")).json()["errors"][0]["field"] == "question"


async def test_others_are_told_of_an_answer_by_its_id(desk, rooms):
    matter = await a_matter(desk)
    await answer(desk, await a_link(desk, matter))
    async with rooms.database.connection() as connection:
        told = await connection.fetchrow("SELECT * FROM outbox WHERE type = 'feedback.received'")
    rating = (await timeline(desk, matter))[-1]
    assert str(told["subject_id"]) == rating["id"]
    assert str(told["customer_id"]) == matter["customer_id"]


async def test_the_link_says_until_when_and_is_stored_as_a_hash_alone(desk, rooms):
    made = (await ask(desk, await a_matter(desk))).json()
    assert made["expires_at"] == (NOW + timedelta(days=30)).isoformat().replace("+00:00", "Z")
    token = made["url"].rpartition("/")[2]
    async with rooms.database.connection() as connection:
        assert token not in str(await connection.fetchrow("SELECT * FROM survey"))
