"""Social networks through the neutral door: whoever mentions us in public and writes to us in private is one customer."""

import pytest

pytestmark = pytest.mark.slow

MENTION = {"channel": "social", "source": "mastodon", "text": "@shop my router does not connect"}
SPELLINGS = ["mastodon:anna", "mastodon:@Anna", "Mastodon:ANNA", " MASTODON : @anna ", "mastodon:＠ａｎｎａ"]


async def said_by(desk, handle: str, **fields) -> str:
    """The customer whose message it becomes."""
    answer = await desk.register(**{**MENTION, **fields}, identities=[("social", handle)])
    assert answer.status_code == 201, answer.text
    return answer.json()["customer_id"]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_mention_and_a_direct_message_of_one_handle_are_one_customer(desk, spelling):
    mentioned = await said_by(desk, "mastodon:anna", facts={"error_code": "E42"}, ref="status-1")
    wrote = await said_by(desk, spelling, text="It says E42.", ref="direct-1", asks=["error_code"])
    context = (await desk.look_up(kind="social", value=spelling)).json()
    assert wrote == mentioned == context["customer"]["id"]
    assert len(context["conversations"]) == 2
    assert context["known"]["error_code"]["value"] == "E42"
    assert context["signals"]["repeated_questions"] == 1


@pytest.mark.parametrize(
    "other",
    ["mastodon:anna2", "bluesky:anna", "mastodon:anna@example.de", "matrix:@anna:example.de", "anna"],
)
async def test_another_handle_or_another_network_is_another_customer(desk, other):
    assert await said_by(desk, "mastodon:anna") != await said_by(desk, other)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("mastodon:@Anna@Example.de", "mastodon:anna@example.de"),
        ("matrix:@anna:example.de", "matrix:anna:example.de"),
        ("bluesky:did:plc:7iza6de2", "Bluesky:did:plc:7iza6de2"),
        ("x:@anna", "twitter:anna"),
        ("@anna", "Anna"),
    ],
)
async def test_handles_keep_the_parts_that_their_network_gives_them(desk, written, meant):
    assert await said_by(desk, written) == await said_by(desk, meant)


@pytest.mark.parametrize("nobody", ["mastodon:", "mastodon:@", "@", ":anna", " : "])
async def test_a_handle_of_nobody_is_refused(desk, nobody):
    answer = await desk.register(**MENTION, identities=[("social", nobody)])
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "identities[0].value"
