"""Administrators see what comes through each channel, what went wrong, and what a delivery would become."""

import html
import re

import pytest
from msgspec.structs import replace

from service.app.arrivals import create_delivery_log
from service.channels.registry import ADAPTERS
from service.errors import DatabaseBusy, DeliveryRefused
from service.inbound.delivery_log import DeliveryTimer
from tests.channels.test_delivery_log import add, send
from tests.web.console.browser import ShownTexts, create_agent
from tests.web.console.test_pages import NAMES_OF_DATA, _pseudo_language

pytestmark = pytest.mark.slow

__all__ = ["_pseudo_language"]

LIST = "/console/admin/channels"


@pytest.fixture
async def shop(rooms):
    """A channel for Chatwoot."""
    return await add(rooms)


def told(answer) -> str:
    assert answer.status_code == 200, answer.text
    return " ".join(ShownTexts(answer.text).texts)


async def try_out(browser, name: str = "shop", **fields: str):
    """What the page shows of a delivery that is tried."""
    return await browser.submit(f"{LIST}/{name}/try", csrf_token=await browser.token(), **fields)


async def test_without_a_channel_the_page_says_what_will_appear_and_how_to_open_one(admin):
    shown = told(await admin.get(LIST))
    assert "A channel that is opened appears here" in shown
    assert "askonce channels add asterisk --name" in shown


async def test_the_list_says_of_each_channel_when_it_last_worked_and_what_went_wrong(admin, rooms, shop):
    await add(rooms, "meta", "whatsapp")
    await send(admin, shop)
    await send(admin, shop, replace(ADAPTERS["chatwoot"].samples(shop)[0], headers={}))
    shown = told(await admin.get(LIST))
    assert "shop Chatwoot" in shown
    assert "The proof was missing or wrong." in shown
    assert "whatsapp WhatsApp, Messenger and Instagram none yet none 0 0" in shown


async def test_a_channel_shows_its_deliveries_and_says_what_to_do_about_errors(admin, rooms, shop, desk):
    await send(admin, shop)
    await send(admin, shop)
    log = create_delivery_log(rooms)
    log.record_refused(shop, ADAPTERS["chatwoot"].samples(shop)[0], DatabaseBusy(), timer=DeliveryTimer())
    await log.stop()
    page = await admin.get(f"{LIST}/shop")
    shown = told(page)
    for expected in ("accepted", "1 touchpoint", "known already", "refused", "today 2 taken, 1 not", "chatwoot:shop"):
        assert expected in shown, expected
    customer = (await desk.look_up()).json()["customer"]["id"]
    assert f'href="/console/customers/{customer}"' in page.text
    only = told(await admin.get(f"{LIST}/shop?outcome=duplicate"))
    assert "1 touchpoint" not in only


async def test_an_error_since_the_last_good_delivery_stands_above_with_advice(admin, rooms, shop, clock):
    log = create_delivery_log(rooms)
    log.record_refused(shop, ADAPTERS["chatwoot"].samples(shop)[0], DeliveryRefused(), timer=DeliveryTimer())
    await log.stop()
    shown = told(await admin.get(f"{LIST}/shop"))
    assert "Compare the path and the secret that the sender has" in shown
    assert "since then nothing was taken" in told(await admin.get(LIST))


async def test_what_changes_is_asked_for_alone_and_is_no_use_of_the_session(admin, shop):
    for path, part in ((LIST, 'id="channels"'), (f"{LIST}/shop", 'id="log"')):
        answer = await admin.get(path, headers={"hx-request": "true", "x-askonce-automatic": "1"})
        assert part in answer.text
        assert "<html" not in answer.text
        assert 'hx-trigger="every 5s"' in answer.text


async def test_each_kind_of_door_shows_what_its_recorded_delivery_would_become(admin, rooms, database):
    for kind in ADAPTERS:
        account = await add(rooms, kind, f"my-{kind}")
        answer = await try_out(admin, f"my-{kind}", sample="1")
        shown = told(answer)
        assert "What it would become" in shown, kind
        assert "proof is right" in shown, kind
        assert "This command registers the delivery" in shown, kind
        assert account.secret not in html.unescape(answer.text), kind
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM customer") == 0


async def test_a_pasted_delivery_is_read_and_stays_in_its_field(admin, shop):
    body = '{"event": "message_created", "id": 1, "content": "<b>Where</b>", "message_type": "incoming"}'
    answer = await try_out(admin, body=body)
    assert "<b>Where</b>" not in answer.text
    assert "proof not checked" in told(answer)
    assert "Message" in told(answer)
    assert html.escape(body).replace("&quot;", "&#34;") in answer.text
    nothing = await try_out(admin, body="{}")
    assert "The name of the event is needed." in told(nothing)


async def test_a_delivery_that_came_is_looked_at_again(admin, shop):
    await send(admin, shop)
    (entry,) = re.findall(r'name="delivery" value="([^"]+)"', (await admin.get(f"{LIST}/shop")).text)
    shown = told(await try_out(admin, delivery=entry))
    assert "Where is my parcel?" in shown
    assert "anna@example.de" in shown
    assert (await try_out(admin, delivery=str(shop.account_id))).status_code == 400


async def test_a_supervisor_sees_deliveries_and_tries_none_and_an_agent_sees_nothing(rooms, browser, shop):
    await create_agent(rooms, "sam", "supervisor")
    await browser.sign_in("sam")
    assert "Try a delivery" not in told(await browser.get(f"{LIST}/shop"))
    assert (await try_out(browser, sample="1")).status_code == 403
    await browser.sign_in()
    for path in (LIST, f"{LIST}/shop"):
        assert (await browser.get(path)).status_code == 403


async def test_a_channel_that_is_gone_is_told_in_words(admin):
    answer = await admin.get(f"{LIST}/nowhere")
    assert (answer.status_code, "There is no such channel any more." in answer.text) == (404, True)


@pytest.mark.usefixtures("_pseudo_language")
async def test_every_text_of_the_pages_of_channels_is_in_the_catalogs(admin, shop):
    await send(admin, shop)
    shown = [await admin.get(LIST), await admin.get(f"{LIST}/shop"), await try_out(admin, sample="1")]
    names = {adapter.title for adapter in ADAPTERS.values()}
    names |= {"ada", "A", "shop", "chatwoot:shop", "/v1/channels/chatwoot/shop", "+", "anna@example.de", "Anna"}
    for answer in shown:
        texts = [re.sub(r"⟦[^⟧]*⟧", "", one).strip() for one in ShownTexts(answer.text).texts]
        left = {one for one in texts if re.search(r"[^\W\d]{2}", one)} - names - NAMES_OF_DATA
        technical = re.compile(r"· askonce|askonce channels|curl |Where is my|chatwoot:shop:contact:7|[\d.]+ ms")
        assert {one for one in left if not technical.match(one)} == set()
