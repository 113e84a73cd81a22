"""A service that opens its rooms by itself advises by the company's rules."""

import httpx
from msgspec.structs import replace

from service.app.rooms import open_rooms
from service.app.web import web_application
from tests.fixtures import Desk
from tests.web.console.desk_story import PHONE, promise

QUEUE = {"title": "Support", "calendar": {"time_zone": "Europe/Berlin", "hours": "Mo-Su 00:00-24:00"}}
BREAK_PROMISES = "UPDATE callback SET state = 'missed', kept = false"


async def test_a_customer_with_a_broken_promise_is_apologised_to_by_a_service_that_opened_its_rooms(
    desk, rooms, database_url, servers
):
    await desk("admin", "PUT", "/v1/queues/support", QUEUE)
    await promise(desk)
    async with rooms.database.transaction() as connection:
        await connection.execute(BREAK_PROMISES)
    settings = replace(rooms.settings, database_url=database_url, redis_url=servers.endpoints.redis_url)
    opened = await open_rooms(settings, rooms.clock)
    try:
        await opened.reader.trust.check()
        async with (
            web_application(opened) as app,
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://askonce.test") as http,
        ):
            seen = await Desk(http, desk.keys).look_up(**PHONE)
    finally:
        await opened.close()
    assert [one["rule"] for one in seen.json()["next"]] == ["keep_promise"]
