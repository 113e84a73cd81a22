"""Find: whoever is sought by whatever is known, every customer behind it, and none opened by itself."""

import re
from html.parser import HTMLParser

import pytest

from service.app.worker import worker_dependencies
from service.search.indexing import index_changes
from service.worker.relay import relay_outbox
from tests.patience import until
from tests.web.console.browser import Browser, ShownTexts, create_agent
from tests.web.console.test_pages import _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]
PATH = "/console/find"
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "'><iframe src=javascript:alert(4)>",
    "</mark></bdi><script>alert(5)</script>",
    "<a href=javascript:alert(6)>x</a>",
    "{{ 7*7 }}{% raw %}",
    "%(num)s %s <b>8</b>",
    "&lt;script&gt;alert(9)&lt;/script&gt;<u>",
    "<math><mtext><style><img src=x onerror=alert(10)>",
]
ALLOWED_TAGS = set(re.findall(r"\w+", "p div section h1 h2 ul li a span bdi mark b svg use main template"))
"""What hits are made of, and the end of a page behind them."""
LINKS = {"href", "src", "action"}
CHROME_TAGS = set(re.findall(r"\w+", "dialog dl dt dd kbd form button input"))


async def make_findable(rooms) -> None:
    """A worker catches up."""
    while await relay_outbox(worker_dependencies(rooms)) or await index_changes(rooms.database):
        pass


async def create(desk, name: str, *identities: tuple[str, str]) -> str:
    """A customer whose identities are proven."""
    stated = [{"kind": kind, "value": value, "verified": True} for kind, value in identities]
    body = {"name": name, "identities": stated}
    answer = await desk("console", "POST", "/v1/customers", body, idempotency_key=name)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def find(browser: Browser, text: str, *, htmx: bool = True):
    """What the box answers."""
    return await browser.submit(PATH, htmx=htmx, text=text, csrf_token=await browser.token())


def told(html: str) -> str:
    return " ".join(ShownTexts(html).texts)


@pytest.fixture
async def jana(browser: Browser) -> Browser:
    """Jana's browser, signed in."""
    await browser.sign_in()
    return browser


async def test_hits_come_in_groups_with_the_customer_the_link_and_the_last_contact(jana, desk, rooms):
    anna = await create(desk, "Anna Weber", ("phone", "+49 171 1234567"))
    await desk.register(
        identities=[("phone", "+49 171 1234567")],
        text="My modem is broken",
        subject="Modem lost",
        facts={"order_number": "M-0047-11"},
    )
    await make_findable(rooms)
    by_number = await find(jana, "0171 1234567")
    assert (by_number.status_code, "<html" in by_number.text) == (200, False)
    said = told(by_number.text)
    assert "Numbers and addresses of customers Anna Weber last contact" in said
    assert re.search(r"last contact [^ ]* ?\d\d:\d\d", said)
    assert "Phone proven" in said
    assert by_number.text.count(f'href="/console/customers/{anna}"') == 1
    assert "<mark>1234567</mark>" in by_number.text or "<mark>+491711234567</mark>" in by_number.text
    by_word = await find(jana, "modem")
    assert by_word.text.count("<mark>") == 2
    assert told(by_word.text).index("Matters") < told(by_word.text).index("Words said")
    assert "Orders, invoices, other numbers Anna Weber" in told((await find(jana, "m004711")).text)
    assert "<mark>Anna</mark>" in (await find(jana, "anna")).text


async def test_of_several_people_behind_one_number_all_are_shown(jana, desk):
    home = ("phone", "+49 711 555012")
    for name in ("Anna Weber", "Tom Weber"):
        await create(desk, name, ("customer_number", f"K-{len(name)}"))
        said = [("customer_number", f"K-{len(name)}"), home]
        await desk.register("console", identities=said)
    found = await find(jana, "0711 555012")
    assert (found.status_code, "hx-redirect" in found.headers) == (200, False)
    said = told(found.text)
    assert "This belongs to 2 customers Ask for the name before you say anything." in said
    assert ("Anna Weber" in said, "Tom Weber" in said, "shared by several" in said) == (True, True, True)


async def test_only_a_whole_number_leads_to_its_one_customer(jana, desk):
    anna = await create(desk, "Anna Weber", ("phone", "+49 171 1234567"))
    for query, only in (("0171 1234567", anna), ("0171 12345", ""), ("anna", anna), ("0171 1234576", "")):
        assert f'data-only="{only}"' in (await find(jana, query)).text, query


async def test_one_wrong_digit_is_suggested_as_a_button(jana, desk):
    anna = await create(desk, "Anna Weber", ("phone", "+49 171 1234567"))
    html = (await find(jana, "0171 1234576")).text
    assert "No customer with “0171 1234576” Searched as: +491711234576 (Phone)" in told(html)
    assert "0171 1234576 (Any number, Words said)" in told(html)
    assert re.search(rf'<a class="btn" href="/console/customers/{anna}"', html)
    assert "Did you mean" in told(html)


async def test_what_is_too_short_or_empty_is_said(jana):
    assert "There is nothing in it to look for" in told((await find(jana, "-")).text)
    assert ShownTexts((await find(jana, "  ")).text).texts == []
    for odd in ("x" * 201, "a\x00b"):
        refused = await find(jana, odd)
        assert (refused.status_code, "cannot be taken" in refused.text) == (400, True)


async def test_without_script_the_form_leads_to_a_page_with_the_same_hits(jana, desk):
    anna = await create(desk, "Anna Weber", ("phone", "+49 171 1234567"))
    page = await find(jana, "weber", htmx=False)
    assert (page.status_code, "<html" in page.text) == (200, True)
    assert f'href="/console/customers/{anna}"' in page.text
    assert page.text.count('id="found"') == 1
    assert re.search(r'<input type="search"[^>]* value="weber"', page.text)
    assert "weber" not in str(page.url)
    assert "Weber" not in re.search("<title>(.*)</title>", page.text)[1]
    assert "Write a name, a number" in told((await jana.get(PATH)).text)


async def test_only_who_may_search_by_the_api_has_the_box(console, rooms, desk):
    for role, may in (("agent", True), ("supervisor", True), ("admin", True), ("privacy", False)):
        await create_agent(rooms, f"the {role}", role)
        async with Browser(console) as browser:
            await browser.sign_in(f"the {role}")
            assert ('type="search"' in (await browser.get("/console")).text) is may, role
            assert (await find(browser, "anna")).status_code == (200 if may else 403), role


async def test_what_was_found_is_on_record_and_nothing_is_told_without_the_token(jana, desk, rooms):
    anna = await create(desk, "Anna Weber", ("phone", "+49 171 1234567"))
    await find(jana, "anna")

    async def recorded() -> bool:
        async with rooms.database.connection() as connection:
            shown = await connection.fetchval("SELECT customer_ids FROM read_audit WHERE view = 'search'")
        return [str(one) for one in shown or ()] == [anna]

    await until(recorded)
    refused = await jana.submit(PATH, htmx=True, text="anna", csrf_token="another")
    assert (refused.status_code, "Weber" in refused.text) == (403, False)


@pytest.mark.usefixtures("_pseudo_language")
async def test_what_customers_wrote_stays_text(jana, desk, rooms):
    for number, payload in enumerate(PAYLOADS):
        await create(desk, f"Weber {payload}", ("username", f"weber{number}"))
        fields = {"text": f"Weber said {payload}", "subject": f"Weber {payload}"}
        fact = re.sub(r"\s", "/", payload)
        facts = {fact: "4711-weber", "order_number": f"4711-{payload}"}
        answer = await desk.register(identities=[("username", f"weber{number}")], facts=facts, **fields)
        assert answer.status_code == 201, answer.text
    await make_findable(rooms)
    for query in ("weber", "4711", *PAYLOADS):
        for htmx in (True, False):
            html = (await find(jana, query, htmx=htmx)).text
            markup = Markup(html if htmx else html.partition('id="found"')[2].partition(">")[2])
            assert markup.tags <= ALLOWED_TAGS | (set() if htmx else CHROME_TAGS), query
            assert not [name for name, _ in markup.attributes if name.startswith("on")], query
            assert not [value for name, value in markup.attributes if name in LINKS and "script:" in value], query


class Markup(HTMLParser):
    """The tags and attributes of what a browser is given."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
