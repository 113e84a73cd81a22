"""The privacy desk gives a customer the export of a verified request for access."""

import jsonschema

from tests.privacy.requests.asking import PATH, ask, customer, take


async def verified(desk, **fields: object) -> str:
    """The path of the export of a customer who may have it."""
    request = await ask(desk, "access", await customer(desk, **fields))
    await take(desk, request, state="verified")
    return f"{PATH}/{request['id']}/export"


async def test_an_export_is_what_its_schema_says(desk):
    answer = await desk("privacy", "GET", await verified(desk, text="The router blinks red"))
    schema = (await desk("privacy", "GET", answer.json()["schema"])).json()
    jsonschema.validate(answer.json(), schema, jsonschema.Draft202012Validator)
    assert "The router blinks red" in answer.text


async def test_nobody_is_given_data_before_it_is_known_who_asks(desk):
    request = await ask(desk, "access", await customer(desk))
    answer = await desk("privacy", "GET", f"{PATH}/{request['id']}/export")
    assert answer.json()["type"] == "/problems/privacy-request-not-verified"


async def test_only_a_request_for_access_has_an_export(desk):
    request = await ask(desk, "rectification", await customer(desk))
    answer = await desk("privacy", "GET", f"{PATH}/{request['id']}/export")
    assert answer.json()["type"] == "/problems/no-such-export"


async def test_that_it_was_given_out_is_on_record(desk):
    path = await verified(desk)
    await desk("privacy", "GET", path)
    steps = (await desk("privacy", "GET", path.removesuffix("/export"))).json()["steps"]
    assert steps[-1]["action"] == "exported"


async def test_no_other_role_may_export(desk):
    assert (await desk("console", "GET", await verified(desk))).status_code == 403


async def test_a_customer_reads_the_page_in_their_language(desk):
    text = "<b>Der Router blinkt</b>"
    path = await verified(desk, text=text, language="de", ref="chat-1", subject="Router")
    answer = await desk("privacy", "GET", path, accept="text/html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="de">' in answer.text
    assert "Was gesagt und getan wurde" in answer.text
    assert "&lt;b&gt;Der Router blinkt" in answer.text
    assert text not in answer.text


async def test_the_page_loads_nothing_and_runs_nothing(desk):
    answer = await desk("privacy", "GET", await verified(desk), accept="text/html")
    assert not any(one in answer.text for one in ("<script", "src=", "<link", "url("))
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; style-src 'sha256-" in policy
    assert "unsafe-inline" not in policy
