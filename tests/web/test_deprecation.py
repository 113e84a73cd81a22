"""What will end says so long before: in every answer of a route, and in the published description."""

from datetime import date
from typing import Annotated

import pytest
from msgspec import Meta

from service.errors import ConfigurationError, CustomerUnknown
from service.model.interaction import RequestShape, ShortText
from service.model.vocabulary import Role
from service.web.http.route import Deprecation
from service.web.openapi.document import openapi_document
from tests.web.front import answering, application, caller, nothing

ENDS = Deprecation(since=date(2027, 1, 1), sunset=date(2027, 7, 1), instead="`GET /v1/thing`")


async def fail(_request):
    raise CustomerUnknown


class Letter(RequestShape, frozen=True):
    """A body with a field that will end."""

    text: ShortText
    words: Annotated[str, Meta(description="Use `text`.", extra_json_schema={"deprecated": True})] = ""


FORMER = answering(nothing, path="/v1/former-thing", deprecated=ENDS, description="Reads the thing.")
ROUTES = [answering(nothing, "POST", body=Letter), FORMER, answering(fail, path="/v1/fails", deprecated=ENDS)]


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [("/v1/former-thing", "console", 200), ("/v1/former-thing", "bot", 403), ("/v1/fails", "console", 404)],
)
async def test_every_answer_of_a_deprecated_route_says_since_when_and_until_when(path, role, status):
    async with caller(application(*ROUTES), Role(role)) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["deprecation"]) == (status, "@1798761600")
    assert answer.headers["sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert answer.headers["link"] == '</docs>; rel="deprecation"; type="text/html"'


async def test_other_routes_say_nothing_of_an_end():
    async with caller(application(*ROUTES)) as client:
        answer = await client.post("/v1/thing", json={"text": "x"})
    assert not {"deprecation", "sunset", "link"} & set(answer.headers)


async def test_the_description_and_its_page_say_what_is_deprecated_and_what_to_use():
    described = openapi_document(ROUTES)
    former = described["paths"]["/v1/former-thing"]["get"]
    assert former["deprecated"] is True
    assert former["description"] == (
        "Deprecated since 2027-01-01, gone on 2027-07-01: use `GET /v1/thing`. Reads the thing."
    )
    assert "deprecated" not in described["paths"]["/v1/thing"]["post"]
    assert described["components"]["schemas"]["Letter"]["properties"]["words"]["deprecated"] is True
    async with caller(application(*ROUTES)) as client:
        page = (await client.get("/docs")).text
    assert "Deprecated since 2027-01-01" in page
    assert '<span class="faint">deprecated</span>' in page


def test_nothing_ends_without_half_a_year_of_notice():
    with pytest.raises(ConfigurationError, match="180 days"):
        Deprecation(since=date(2027, 1, 1), sunset=date(2027, 6, 1), instead="`GET /v1/thing`")
