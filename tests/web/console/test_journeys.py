"""The journeys of segments in the console: what is counted, what is said of it, and who may see it."""

import html
import re
from datetime import timedelta

import pytest

from service.errors import DatabaseBusy, Overloaded
from service.model.vocabulary import AgentRole
from service.web.console.journeys import pages
from tests.fixtures import NOW
from tests.web.console.browser import Browser, ShownTexts, create_agent, told
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]

NEW = "New customers"
FLOW = {"hx-request": "true"}


NAMES_OF_JOURNEYS = {*NEW.split(), "Where", "is", "it", "ada", "hr", "hrs", "Thu", "Nov"} | NAMES_OF_DATA
WAYS = {"anna": ("chatbot", "phone"), "bob": ("email",), "<b>carl": ("chatbot", "phone")}


@pytest.fixture
async def matters(desk):
    """Three new customers: two were asked again by phone, of whom one fell silent; the e-mail's matter is solved."""
    for name, channels in WAYS.items():
        email = f"{name.strip('<b>')}@example.de"
        profile = {"identities": [{"kind": "email", "value": email}], "name": name, "segments": [NEW]}
        answer = await desk("console", "POST", "/v1/customers", profile, idempotency_key=name)
        assert answer.status_code == 201, answer.text
        for place, channel in enumerate(channels):
            at = NOW - timedelta(days=20 if name == "anna" else 2) + timedelta(hours=place)
            await desk.register(
                email=email, at=at, ref=email, subject=f"Parcel of {name}", channel=channel, text="Where is it?"
            )


async def test_a_segment_is_asked_for_before_anything_is_counted(admin, matters):
    page = await admin.get("/console/journeys")
    assert "Choose a segment" in told(page)
    assert f'<option value="{NEW}">' in page.text
    assert f"{NEW} 3 stated by systems" in told(page)
    assert 'href="/console/journeys?segment=New+customers"' in page.text


async def test_a_defined_segment_is_called_by_its_title_everywhere(admin, desk, matters):
    await desk("admin", "PUT", f"/v1/segments/{NEW}", {"title": "Fresh faces", "rule": "true"})
    chosen = {"segment": NEW}
    start = await admin.get("/console/journeys")
    assert f'<option value="{NEW}">Fresh faces</option>' in start.text
    assert f"Fresh faces {NEW} 3 by a rule" in told(start)
    for path, headers in (("", {}), ("", FLOW), ("/matters", {}), ("/persona", FLOW), ("/flow/svg", {})):
        shown = await admin.get(f"/console/journeys{path}", params=chosen, headers=headers)
        assert "Fresh faces" in shown.text, path
        texts = ShownTexts(shown.text).texts
        assert [one for one in texts if NEW in one] == [], path


async def test_who_may_define_the_first_segment_is_led_there(admin, console, rooms):
    assert 'href="/console/admin/segments/new"' in (await admin.get("/console/journeys")).text
    await create_agent(rooms, "mia.krueger", role=AgentRole.SUPERVISOR)
    async with Browser(console) as mia:
        await mia.sign_in("mia.krueger")
        page = await mia.get("/console/journeys")
        assert "An administrator defines the first one." in told(page)
        assert "segments/new" not in page.text


async def test_the_page_stands_while_the_matters_are_counted(admin, matters):
    page = await admin.get("/console/journeys", params={"segment": NEW})
    assert "The matters are being counted" in told(page)
    assert 'hx-get="/console/journeys?segment=New+customers&amp;days=30' in page.text


async def test_the_counted_part_says_how_many_there_are(admin, matters):
    part = await admin.get("/console/journeys", params={"segment": NEW}, headers=FLOW)
    assert part.status_code == 200, part.text
    assert "33% of “New customers” give up, most after Phone (2nd contact)" in told(part)
    assert "Chatbot 67%, 1st contact: 2 matters" in part.text


async def test_agents_do_not_see_journeys_of_segments(browser, rooms, console, matters):
    await browser.sign_in()
    page = await browser.get("/console/journeys")
    assert page.status_code == 403
    assert "Journeys" not in (await browser.get("/console")).text


@pytest.mark.parametrize(("kind", "start"), [("csv", "segment,part"), ("svg", "<svg")])
async def test_the_journeys_are_saved_as_a_table_and_as_a_picture(admin, matters, kind, start):
    saved = await admin.get(f"/console/journeys/flow/{kind}", params={"segment": NEW})
    assert saved.status_code == 200, saved.text
    assert saved.text.startswith(start)
    assert saved.headers["content-disposition"] == f'attachment; filename="journeys.{kind}"'
    assert (await admin.get("/console/journeys/flow/exe", params={"segment": NEW})).status_code == 404


async def test_every_number_is_that_of_the_matters_behind_it(admin, matters):
    part = (await admin.get("/console/journeys", params={"segment": NEW, "threshold": "0"}, headers=FLOW)).text
    numbers = re.findall(r'class="s-a" href="([^"]*)"[^>]*><title>[^<]*?: (\d+) matters?\b', part)
    assert len(numbers) >= 8
    for path, number in numbers:
        rows = re.findall(r"<tr data-row=", (await admin.get(html.unescape(path))).text)
        assert len(rows) == int(number), path


async def test_a_subject_is_shown_as_it_was_written_and_runs_nowhere(admin, matters):
    page = await admin.get("/console/journeys/matters", params={"segment": NEW})
    assert "Parcel of &lt;b&gt;carl" in page.text
    assert "<b>carl" not in page.text


@pytest.mark.parametrize(
    "query",
    ["days=x", "days=4000", "threshold=2", "channel=fax", "pause=-1", "step=9", "way=fax", "step_channel=phone"],
)
async def test_a_choice_that_cannot_be_is_refused(admin, matters, query):
    page = await admin.get(f"/console/journeys/matters?segment={NEW}&{query}")
    assert page.status_code == 400
    assert "cannot be taken" in told(page)


async def test_a_segment_without_customers_says_so(admin):
    part = await admin.get("/console/journeys", params={"segment": "nobody"}, headers=FLOW)
    assert "“nobody” has no matter in this time" in told(part)
    assert (await admin.get("/console/journeys/persona", params={"segment": "nobody"}, headers=FLOW)).status_code == 404


async def test_the_card_of_a_segment_says_who_the_customers_are(admin, matters):
    card = told(await admin.get("/console/journeys/persona", params={"segment": NEW}, headers=FLOW))
    assert "Who New customers are 3 customers" in card
    assert "Where is it?" in card


@pytest.mark.parametrize(
    ("error", "words"), [(DatabaseBusy, "took too long"), (Overloaded, "Others are being counted")]
)
async def test_what_takes_too_long_says_so_in_its_place(admin, matters, monkeypatch, error, words):
    async def fail(*_):
        raise error

    monkeypatch.setattr(pages, "read_flow", fail)
    part = await admin.get("/console/journeys", params={"segment": NEW}, headers=FLOW)
    assert part.status_code == 200
    assert words in told(part)


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_the_journeys_is_in_the_catalogs(admin, matters):
    both = {"segment": NEW, "compare": NEW}
    for path, headers in (("", {}), ("", FLOW), ("/matters", {}), ("/persona", FLOW)):
        shown = (
            await admin.get(f"/console/journeys{path}", params=both if headers or path else {}, headers=headers)
        ).text
        texts = ShownTexts(re.sub(r'<svg class="flowpic".*?</div>', "</div>", shown, flags=re.DOTALL)).texts
        bare = [re.sub(r"[\d\W_]+", " ", without_brackets(one)).split() for one in texts if "Parcel" not in one]
        assert [word for words in bare for word in words if len(word) > 1 and word not in NAMES_OF_JOURNEYS] == [], path


def without_brackets(text: str) -> str:
    """What of a text is not in the catalogs; values that are put into texts have brackets of their own."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    return text
