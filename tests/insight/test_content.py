"""Content over HTTP: entered, ranked for a customer, refused where it cannot be."""

import pytest

from tests.patience import until

pytestmark = pytest.mark.slow

ROUTER = {
    "title": "Restart the router",
    "url": "https://example.com/router",
    "subjects": ["router"],
    "languages": ["en"],
}
INVOICE = {"title": "Read your invoice", "text": "The second page explains each item.", "subjects": ["invoice"]}


async def test_a_bot_is_told_what_helps_with_the_open_matter(desk):
    assert (await desk("admin", "PUT", "/v1/content/router", ROUTER)).status_code == 201
    assert (await desk("admin", "PUT", "/v1/content/invoice", INVOICE)).status_code == 201
    customer = (await desk.register(subject="Router does not connect")).json()["customer_id"]
    answer = await desk("bot", "GET", f"/v1/content?customer={customer}&channel=chatbot")
    (only,) = answer.json()["items"]
    assert (only["id"], only["url"]) == ("router", ROUTER["url"])
    assert only["because"][0] == {"code": "subject", "value": "router"}
    assert int(answer.headers["context-version"]) > 0


async def test_what_was_tried_in_vain_is_not_named_again(desk):
    await desk("admin", "PUT", "/v1/content/router", ROUTER)
    tried = ("Sent https://example.com/router", "failed")
    customer = (await desk.register(subject="Router", attempt=tried)).json()["customer_id"]
    assert (await desk("bot", "GET", f"/v1/content?customer={customer}")).json()["items"] == []


async def test_content_for_a_segment_is_for_those_that_a_rule_put_there_too(desk, database):
    await desk("admin", "PUT", "/v1/content/router", ROUTER | {"segments": ["loyal"]})
    customer = (await desk.register(subject="Router")).json()["customer_id"]
    path = f"/v1/content?customer={customer}"
    assert (await desk("bot", "GET", path)).json()["items"] == []
    async with database.connection() as connection:
        await connection.execute("INSERT INTO segment_member VALUES ('loyal', $1, now())", customer)
    assert [one["id"] for one in (await desk("bot", "GET", path)).json()["items"]] == ["router"]


async def test_no_bot_is_told_of_the_segments_that_its_content_is_for(desk):
    await desk("admin", "PUT", "/v1/content/router", ROUTER | {"segments": ["slow_payers"], "subjects": []})
    customer = (await desk.register(subject="Router")).json()["customer_id"]
    await desk("admin", "PATCH", f"/v1/customers/{customer}", {"segments": ["slow_payers"]})
    path = f"/v1/content?customer={customer}"

    async def viewed() -> bool:
        return bool((await desk.look_up("bot")).json()["content"])

    await until(viewed, seconds=2)
    for answer in (await desk("bot", "GET", path), await desk.look_up("bot")):
        assert ("Restart the router" in answer.text, "slow_payers" in answer.text) == (True, False)
    assert "slow_payers" in (await desk("console", "GET", path)).text


async def test_content_is_listed_replaced_and_deleted(desk):
    for name in ("a", "b", "c"):
        await desk("admin", "PUT", f"/v1/content/{name}", ROUTER)
    changed = await desk("admin", "PUT", "/v1/content/b", INVOICE)
    assert (changed.status_code, changed.json()["title"]) == (200, INVOICE["title"])
    first = (await desk("console", "GET", "/v1/content/?limit=2")).json()
    assert [one["id"] for one in first["items"]] == ["a", "b"]
    assert (await desk("console", "GET", f"/v1/content?after={first['next']}")).json()["items"][0]["id"] == "c"
    assert (await desk("admin", "DELETE", "/v1/content/b")).status_code == 204
    assert (await desk("admin", "GET", "/v1/content/b")).status_code == 404


async def test_content_is_ranked_by_the_phase_that_the_customer_is_in_now(desk):
    await desk("admin", "PUT", "/v1/content/use", {"title": "Enjoy", "text": "How to", "phases": ["use"]})
    await desk("admin", "PUT", "/v1/content/help", {"title": "Repairs", "text": "How to", "phases": ["get_help"]})
    customer = (await desk.register(kind="question", text="Why is it broken?")).json()["customer_id"]
    (only,) = (await desk("bot", "GET", f"/v1/content?customer={customer}")).json()["items"]
    assert (only["id"], only["because"]) == ("help", [{"code": "phase", "value": "get_help"}])


REFUSED = {
    "url": [
        {"url": "javascript:alert(1)"},
        {"url": "JavaScript://example.com/%0aalert(1)"},
        {"url": "data:text/html,hello"},
        {"url": "//example.com"},
        {"url": "https:///path"},
        {"url": "https://good.example@evil.example/"},
        {"url": "https://exa mple.com"},
        {"url": "http://[::1"},
        {"url": None},
    ],
    "languages": [{"languages": ["xx"]}, {"languages": ["en", "EN"]}, {"languages": ["de"] * 200}],
    "languages[0]": [{"languages": ["german!"]}],
    "channels[0]": [{"channels": ["telepathy"]}],
    "phases[0]": [{"phases": ["later"]}],
    "text": [{"text": "x" * 10_001}],
    "subjects": [{"subjects": ["x"] * 101}],
    "tittle": [{"tittle": "x"}],
}


async def test_what_cannot_be_content_is_refused_with_the_field(desk):
    for field, changes in REFUSED.items():
        for change in changes:
            answer = await desk("admin", "PUT", "/v1/content/router", ROUTER | change)
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field), change
    long = await desk("admin", "PUT", "/v1/content/router", ROUTER | {"text": "x" * 10_000})
    assert long.status_code == 201


async def test_a_question_about_nobody_is_refused(desk):
    assert (await desk("bot", "GET", "/v1/content")).json()["errors"][0]["field"] == "customer"
    assert (await desk("bot", "GET", "/v1/content?customer=x")).status_code == 404
    assert (await desk("bot", "GET", "/v1/content?channel=fax")).json()["errors"][0]["field"] == "channel"
    assert (await desk("admin", "PUT", "/v1/content/a%2Fb", ROUTER)).status_code in {400, 404, 405}
