"""The module of docs/adding-a-channel.md is a complete door, executed as it stands on the page."""

import re

import httpx
import pytest

from service.app.arrivals import create_deliveries, create_registrar
from service.channels.base import DeliveryResult
from service.channels.registry import ADAPTERS
from service.errors import DeliveryRefused, InvalidInput
from service.inbound import accounts
from service.inbound.accounts import ChannelAccounts
from service.web import application
from service.web.routes.channels.deliveries import channel_routes
from tests.channels.vendors import delivery_of, instance_of
from tests.fixtures import NOW
from tests.house.place import text

(SOURCE,) = re.findall(r"^```python\n(.*?)^```$", text("docs/adding-a-channel.md"), re.MULTILINE | re.DOTALL)
MODULE: dict = {"__name__": "acme"}
exec(compile(SOURCE, "docs/adding-a-channel.md", "exec"), MODULE)
ACME = MODULE["ADAPTER"]
SECRET = {"x-acme-secret-token": "s3cret"}
SAID = {"message_id": 5, "date": 1795253400, "chat": {"id": 42}, "from": {"id": 42, "name": "Anna"}, "text": "Hello"}
MESSAGE = {"update_id": 1, "message": SAID}
EDIT = {"update_id": 2, "edited_message": {**SAID, "edit_date": 1795253460, "text": "Hello!"}}
PRESS = {"update_id": 3, "button_press": {"id": "p1", "from": {"id": 42}, "message": SAID, "data": "yes"}}


@pytest.mark.parametrize(
    ("update", "became"),
    [
        (MESSAGE, ("1", "message", "Hello", None)),
        (EDIT, ("2", "message", "Hello!", {"edits": 5})),
        (PRESS, ("3", "message", "yes", {"button_of": 5})),
        ({"update_id": 4, "poll": {"id": 9}}, ("4:other", "other", None, {"update_id": 4, "poll": {"id": 9}})),
    ],
)
def test_every_update_becomes_what_the_page_says(update, became):
    (one,) = ACME.parse(delivery_of(update), instance_of(ACME))
    assert (one.source_event_id, one.kind, one.text, one.data) == became


@pytest.mark.parametrize("update", [MESSAGE, EDIT, PRESS])
def test_message_edit_and_button_belong_to_one_customer_and_one_conversation(update):
    (one,) = ACME.parse(delivery_of(update), instance_of(ACME))
    assert ([claim.value for claim in one.identities], one.conversation.ref) == (["acme:42"], "chat:42")


def test_a_pressed_button_is_answered_and_a_message_is_only_accepted():
    replies = [ACME.answer(delivery_of(one), instance_of(ACME), DeliveryResult()).body for one in (PRESS, MESSAGE)]
    assert replies == [b'{"method":"answer_press","press_id":"p1"}', b"{}"]


def test_a_wrong_secret_and_an_update_without_an_id_are_refused():
    ACME.verify(delivery_of(MESSAGE, headers=SECRET), instance_of(ACME))
    with pytest.raises(DeliveryRefused):
        ACME.verify(delivery_of(MESSAGE), instance_of(ACME))
    with pytest.raises(InvalidInput, match="id is needed"):
        ACME.parse(delivery_of({"message": SAID}), instance_of(ACME))


async def test_a_delivery_sent_twice_stands_once_in_the_context_of_the_customer(rooms, desk):
    adapters = {**ADAPTERS, "acme": ACME}
    async with rooms.database.transaction() as connection:
        await accounts.add_account(connection, ACME, name="shop", values={"secret": "s3cret"}, now=NOW)
    routes = channel_routes(
        adapters.values(),
        ChannelAccounts(rooms.database, adapters),
        create_deliveries(rooms, create_registrar(rooms)),
        public_url="https://askonce.example",
    )
    app = application.create_application(routes, principals=None, settings=rooms.settings, clock=rooms.clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://askonce.test") as http:
        for update in (MESSAGE, MESSAGE, PRESS):
            assert (await http.post("/v1/channels/acme/shop", json=update, headers=SECRET)).status_code == 200
    context = (await desk.look_up(kind="social", value="acme:42")).json()
    assert {one["text"] for one in context["recent"]} == {"Hello", "yes"}
    assert context["included"]["of"] == 2
