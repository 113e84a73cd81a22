"""Which telephone numbers are called back: none for which the caller pays and somebody earns, unless told to."""

import pytest

from service.errors import ConfigurationError
from service.handoff.callbacks.numbers import NumberType, number_type
from service.settings.environment import load_settings
from tests.handoff.examples import queue_json

COSTLY = {
    "premium": [
        *("+499001234567", "+43900123456", "+41900123456", "+33899123456", "+19005551234", "+449098790000"),
        *("+34803123456", "+31900123456", "+39899123456", "+979123456789", "+97912345"),
    ],
    "shared_cost": ["+491805123456", "+43810123456", "+41848123456", "+33810123456", "+34901123456", "+80812345678"],
    "satellite": ["+870773123456", "+8816123456789", "+882161234567", "+883510001234567", "+88213"],
}
USUAL = {
    "fixed": ["+49711123456", "+441134960000", "+12125551234", "+390612345678", "+33142685300"],
    "mobile": ["+491711234567", "+33612345678", "+447400123456", "+41791234567", "+5511912345678"],
    "toll_free": ["+498001234567", "+80012345678"],
    "personal": ["+4970012345678"],
    "voip": ["+61147123456"],
}


@pytest.mark.parametrize(
    ("kind", "number"), [(kind, one) for kind, numbers in (COSTLY | USUAL).items() for one in numbers]
)
def test_a_number_has_the_type_that_its_country_assigns(kind, number):
    assert number_type(number) is NumberType(kind)


def test_a_number_that_is_too_long_has_the_type_of_its_beginning():
    assert number_type("+49900123456789") is NumberType.PREMIUM


def test_the_setting_names_every_type_there_is():
    assert load_settings({"ASKONCE_CALLBACK_NUMBER_TYPES": " ".join(NumberType)})
    with pytest.raises(ConfigurationError, match="ASKONCE_CALLBACK_NUMBER_TYPES"):
        load_settings({"ASKONCE_CALLBACK_NUMBER_TYPES": "fixed luxury"})


@pytest.fixture
async def ask(desk):
    """A function that asks for a callback of a queue that is there."""
    await desk("admin", "PUT", "/v1/queues/support", queue_json())
    count = iter(range(100))

    async def ask_for(**fields):
        wanted = {"queue": "support", "reason": "Router", "identity": {"kind": "email", "value": "anna@example.de"}}
        return await desk("bot", "POST", "/v1/callbacks", wanted | fields, idempotency_key=f"k-{next(count)}")

    return ask_for


@pytest.mark.parametrize("number", [numbers[0] for numbers in COSTLY.values()])
async def test_a_callback_to_a_costly_number_is_refused_however_it_is_named(desk, ask, number):
    phone = {"kind": "phone", "value": number}
    await desk.register(identities=[("phone", number)])
    promised = await ask(phone="0171/1234567")
    path = f"/v1/callbacks/{promised.json()['id']}/reschedule"
    for refused in (
        await ask(phone=number),
        await ask(identity=phone),
        await desk("console", "POST", path, {"phone": number}),
    ):
        assert (refused.status_code, refused.json()["type"]) == (400, "/problems/phone-refused")
        assert refused.json()["errors"][0]["field"] == "phone"
        assert number not in refused.text


async def test_a_costly_number_on_record_is_never_called_by_itself(desk, ask):
    await desk.register(identities=[("phone", "+499001234567"), ("email", "anna@example.de")])
    assert (await ask()).json()["type"] == "/problems/phone-refused"
    handoff = {"identity": {"kind": "phone", "value": "+499001234567"}, "to": {"queue": "support"}, "reason": {}}
    fallen = await desk("bot", "POST", "/v1/handoffs", handoff, idempotency_key="h-1")
    assert fallen.json()["state"] == "fell_back"  # it is Saturday
    callback = await desk("console", "GET", f"/v1/callbacks/{fallen.json()['callback_id']}")
    assert (callback.json()["state"], callback.json()["phone"]) == ("uncallable", None)


class TestAllowed:
    @pytest.fixture
    def settings(self):
        return load_settings({"ASKONCE_CALLBACK_NUMBER_TYPES": "mobile satellite"})

    async def test_the_setting_allows_other_types(self, ask):
        assert (await ask(phone="+8816123456789")).status_code == 201
        assert (await ask(phone="+49711123456")).status_code == 400
