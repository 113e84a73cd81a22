"""The spine end to end: what one channel registers, every desk reads."""


async def test_what_the_bot_heard_stands_in_the_agents_context(desk):
    registered = await desk.register("bot", facts={"order_number": "A-1"}, text="My router blinks")
    assert registered.status_code == 201
    found = await desk.look_up("console")
    context = found.json()
    assert found.status_code == 200
    assert found.headers["context-version"] == "1"
    assert context["known"]["order_number"]["value"] == "A-1"
    assert context["recent"][0]["text"] == "My router blinks"
    assert context["customer"]["id"] == registered.json()["customer_id"]


async def test_the_second_look_comes_from_the_cache_and_a_write_shows_at_once(desk):
    await desk.register(text="one")
    await desk.look_up()
    again = await desk.look_up()
    assert again.headers["context-source"] == "cache"
    await desk.register(text="two")
    after = await desk.look_up()
    assert after.headers["context-source"] == "database"
    assert [one["text"] for one in after.json()["recent"]] == ["two", "one"]
