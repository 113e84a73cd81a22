"""The published description says what is served: valid, complete, readable, and loading nothing from elsewhere."""

import re
from typing import Annotated, Any

import pytest
from msgspec import Meta
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.errors import ChannelUnknown, ConditionUsedUp
from service.model.interaction import RequestShape, ShortText
from service.model.vocabulary import Audience, Role
from service.web.http.parameters import AFTER, IF_NONE_MATCH, LIMIT, VIEW
from service.web.http.problems import PROBLEMS_BY_SLUG
from service.web.http.route import ANY_KEY, ANY_MEDIA_TYPE, PUBLIC, MediaType, Parameter
from service.web.openapi.document import openapi_document
from service.web.openapi.examples import OCTET_STREAM
from tests.web.front import Note, answering, application, caller, nothing


class Remark(RequestShape, frozen=True):
    """The other thing that a file may be."""

    remark: ShortText


MARKUP = Parameter(name="q", shape=Annotated[str, Meta(pattern="<b>&")], description="<script>alert(1)</script>")
MIN_DESCRIPTION_CHARS = 12
ANSWERS_OF_DOORS = ("application/json", "text/plain", "text/xml", "application/xml")
FILLER_WORDS = {"a", "an", "and", "its", "is", "of", "the", "this"}
ROUTES = [
    answering(nothing, path="/v1/things/{thing_id}/parts/{name}", parameters=(LIMIT, AFTER, VIEW, IF_NONE_MATCH)),
    answering(nothing, "POST", body=Note, answers={201: Note}, idempotent=True, problems=(ConditionUsedUp,)),
    answering(
        nothing,
        "PUT",
        path="/v1/notes",
        roles=ANY_KEY,
        bodies={"application/json": Note, "application/notes+json": list[Note]},
        answers={200: dict[str, Note], 204: None},
    ),
    answering(nothing, path="/v1/page", roles=PUBLIC, answers={200: MediaType("text/html")}, parameters=(MARKUP,)),
    answering(nothing, path="/v1/files/{rest:path}", answers={200: Note | Remark}),
    answering(nothing, path="/v1/picture", answers={200: Note}, media_types=("image/svg+xml", "text/csv")),
    answering(
        nothing,
        "POST",
        path="/v1/door",
        bodies={ANY_MEDIA_TYPE: Any},
        answers={200: MediaType(ANY_MEDIA_TYPE), 404: MediaType(ANY_MEDIA_TYPE)},
        problems=(ChannelUnknown,),
    ),
]


def says_more_than_its_name(description: str, name: str) -> bool:
    """Whether a description has at least 12 characters, and a word that neither the name nor grammar brings."""
    words = set(re.findall(r"[a-z0-9]+", description.lower()))
    return len(description) >= MIN_DESCRIPTION_CHARS and bool(words - set(name.lower().split("_")) - FILLER_WORDS)


@pytest.fixture
def described():
    return openapi_document(ROUTES)


async def test_the_description_of_the_whole_application_is_valid():
    async with caller(application(*ROUTES)) as client:
        published = (await client.get("/openapi.json")).json()
    OpenAPIV31SpecValidator(published).validate()
    assert {"/v1/things/{thing_id}/parts/{name}", "/openapi.json", "/docs", "/metrics", "/problems/{slug}"} <= set(
        published["paths"]
    )
    assert "/v1/files/{rest}" in published["paths"]


@pytest.mark.parametrize("role", [None, *Role])
async def test_the_description_and_its_page_are_for_everybody(role):
    async with caller(application(*ROUTES), role) as client:
        assert (await client.get("/openapi.json")).status_code == 200
        assert (await client.get("/docs")).status_code == 200


def test_each_operation_names_its_roles(described):
    paths = described["paths"]
    assert paths["/v1/thing"]["post"]["x-roles"] == ["admin", "console"]
    assert paths["/v1/notes"]["put"]["x-roles"] == ["any key"]
    assert (paths["/v1/page"]["get"]["x-roles"], paths["/v1/page"]["get"]["security"]) == (["public"], [])


def test_bodies_and_answers_have_their_shapes(described):
    posted = described["paths"]["/v1/thing"]["post"]
    note = {"$ref": "#/components/schemas/Note"}
    assert posted["requestBody"]["content"] == {"application/json": {"schema": note}}
    assert posted["responses"]["201"]["content"] == {"application/json": {"schema": note}}
    put = described["paths"]["/v1/notes"]["put"]
    assert set(put["requestBody"]["content"]) == {"application/json", "application/notes+json"}
    assert "content" not in put["responses"]["204"]
    assert described["components"]["schemas"]["Note"]["additionalProperties"] is False
    read = described["paths"]["/v1/files/{rest}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert read == {"anyOf": [note, {"$ref": "#/components/schemas/Remark"}]}


def test_an_answer_that_accept_chooses_has_each_of_its_types(described):
    content = described["paths"]["/v1/picture"]["get"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "image/svg+xml", "text/csv"}
    assert content["text/csv"] == {"schema": {"type": "string"}}


def test_parameters_of_path_query_and_header_are_described(described):
    found = described["paths"]["/v1/things/{thing_id}/parts/{name}"]["get"]["parameters"]
    assert [(one["name"], one["in"], one["required"]) for one in found] == [
        ("thing_id", "path", True),
        ("name", "path", True),
        ("limit", "query", False),
        ("after", "query", False),
        ("view", "query", False),
        ("If-None-Match", "header", False),
    ]
    assert found[0]["schema"] == {"type": "string", "format": "uuid"}
    assert found[4]["schema"]["$ref"].endswith(Audience.__name__)
    posted = described["paths"]["/v1/thing"]["post"]["parameters"]
    assert [(one["name"], one["required"]) for one in posted] == [("Idempotency-Key", True)]


def test_only_the_ids_that_askonce_gives_are_uuids():
    paths = [f"/v1/things/{{{name}}}" for name in ("customer_id", "external_id", "content_id", "notice_id")]
    given = openapi_document([answering(nothing, path=path) for path in paths])["paths"]
    formats = [given[path]["get"]["parameters"][0]["schema"].get("format") for path in paths]
    assert formats == ["uuid", None, None, None]


def test_each_operation_lists_the_problems_it_can_meet(described):
    met = described["paths"]["/v1/thing"]["post"]["responses"]
    assert met["409"]["description"] == "/problems/condition-used-up, /problems/idempotency-key-running"
    assert set(met["400"]["description"].split(", ")) == {
        "/problems/invalid-input",
        "/problems/idempotency-key-missing",
    }
    assert {"401", "403", "408", "413", "415", "422", "500", "503"} <= set(met)
    assert "403" not in described["paths"]["/v1/notes"]["put"]["responses"]
    assert "401" not in described["paths"]["/v1/page"]["get"]["responses"]


async def test_the_page_shows_every_operation_and_every_shape(described):
    async with caller(application(*ROUTES), None) as client:
        page = await client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert f'id="{operation["operationId"]}"' in page.text
            assert f'<span class="method {method}">{method.upper()}</span><span class="path">{path}</span>' in page.text
    for name in described["components"]["schemas"]:
        assert f'<article id="{name}">' in page.text
    assert {slug for slug in PROBLEMS_BY_SLUG if f'"/problems/{slug}"' in page.text} >= {
        "overloaded",
        "condition-used-up",
    }


async def test_every_link_of_the_page_leads_somewhere():
    async with caller(application(*ROUTES)) as client:
        page = (await client.get("/docs")).text
        links = set(re.findall(r'(?:href|src)="([^"]+)"', page))
        inside = {link.removeprefix("#") for link in links if link.startswith("#")}
        assert inside <= set(re.findall(r'id="([^"]+)"', page))
        for link in links - {f"#{name}" for name in inside}:
            assert (await client.get(link)).status_code == 200, link


@pytest.mark.parametrize("path", ["/docs", "/problems/overloaded"])
async def test_pages_load_nothing_from_elsewhere_and_run_nothing(path):
    async with caller(application(*ROUTES), None) as client:
        page = await client.get(path)
        style = await client.get("/docs/page.css")
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"https?://|//[a-z]|<script|<style|\sstyle=|\son[a-z]+=", page.text)
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert not re.search(r"https?:|url\((?!/assets/)|@import", style.text)


async def test_the_service_as_it_is_wired_describes_itself(desk):
    published = (await desk("privacy", "GET", "/openapi.json")).json()
    OpenAPIV31SpecValidator(published).validate()
    assert {"/v1/interactions", "/v1/context/lookup", "/v1/store/lookup", "/health/ready"} <= set(published["paths"])
    assert (await desk.http.get("/docs")).status_code == 200


async def test_every_operation_of_the_service_has_a_name_of_words_and_a_description(desk):
    published = (await desk("privacy", "GET", "/openapi.json")).json()
    operations = [one for methods in published["paths"].values() for one in methods.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z0-9]*)+", name)] == []
    assert [one["operationId"] for one in operations if not re.fullmatch(r"[A-Z].{30,}\.", one["description"])] == []
    assert published["paths"]["/v1/handoffs/{handoff_id}/accept"]["post"]["operationId"] == "acceptHandoff"


def test_a_door_takes_any_type_and_may_refuse_in_words_of_its_own(described):
    answers = described["paths"]["/v1/door"]["post"]["responses"]
    assert "415" not in answers
    assert answers["404"]["description"] == "/problems/channel-unknown"
    asked = described["paths"]["/v1/door"]["post"]["requestBody"]["content"]
    assert asked[OCTET_STREAM]["schema"]["format"] == "binary"
    assert answers["404"]["content"].keys() == {*ANSWERS_OF_DOORS, "application/problem+json"}


async def test_a_page_of_a_list_is_named_after_what_it_lists(desk):
    schemas = (await desk("admin", "GET", "/openapi.json")).json()["components"]["schemas"]
    assert {"HandoffPage", "TimelinePage", "QueuePage"} <= set(schemas)
    assert schemas["HandoffPage"]["title"] == "HandoffPage"
    assert schemas["HandoffPage"]["properties"]["items"]["items"] == {"$ref": "#/components/schemas/HandoffAnswer"}
    assert all(re.fullmatch(r"[A-Za-z0-9.-]+", name) for name in schemas)


async def test_every_published_property_says_what_it_is(desk):
    published = (await desk("privacy", "GET", "/openapi.json")).json()
    undescribed = [
        f"{shape}.{name}"
        for shape, schema in published["components"]["schemas"].items()
        for name, found in schema.get("properties", {}).items()
        if not says_more_than_its_name(found.get("description", ""), name)
    ]
    assert undescribed == []


@pytest.mark.parametrize("description", ["", "Short.", "The customer id.", "An ID of the customer."])
def test_the_words_of_a_name_alone_describe_nothing(description):
    assert not says_more_than_its_name(description, "customer_id")
    assert says_more_than_its_name("Canonical id of the customer (UUIDv7).", "customer_id")


async def test_every_time_is_described_as_one(desk):
    schemas = (await desk("admin", "GET", "/openapi.json")).json()["components"]["schemas"]
    times = {
        f"{shape}.{name}": str(field)
        for shape, schema in schemas.items()
        for name, field in schema.get("properties", {}).items()
        if (name.endswith("_at") or name in {"at", "since"}) and "'type': 'string'" in str(field)
    }
    assert len(times) > 100
    assert [name for name, field in times.items() if "date-time" not in field] == ["ScreenPop.rings_at"]


async def test_the_frozen_packet_and_the_context_of_a_call_have_their_shapes(desk):
    schemas = (await desk("admin", "GET", "/openapi.json")).json()["components"]["schemas"]
    packet, context = schemas["HandoffAnswer"]["properties"]["packet"], schemas["ScreenPop"]["properties"]["context"]
    assert "#/components/schemas/VisiblePacket" in str(packet)
    assert "#/components/schemas/ConsoleView" in str(context)


async def test_steps_of_desks_say_that_they_may_be_repeated_under_a_key(desk):
    paths = (await desk("admin", "GET", "/openapi.json")).json()["paths"]
    for path in ("/v1/handoffs/{handoff_id}/accept", "/v1/callbacks/{callback_id}/claim"):
        step = paths[path]["post"]
        assert ("Idempotency-Key", False) in [(one["name"], one["required"]) for one in step["parameters"]]
        assert {"409", "422"} <= set(step["responses"])
