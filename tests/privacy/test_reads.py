"""Who looked at a customer is on record, with the reason if one was given."""

from datetime import timedelta
from uuid import UUID, uuid4

from service.access.audit import ReadAudit


async def looks(desk, customer_id: str, **query: str) -> dict:
    """What the route lists."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = await desk("privacy", "GET", f"/v1/customers/{customer_id}/reads?{asked}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def looked(desk, rooms, clock, *, seconds: int, key_id, view: str, customers: list) -> None:
    """A look that is on record, so many seconds after the beginning."""
    audit = ReadAudit(rooms.database)
    for one in customers:
        audit.record_read(key_id, view, one)
    await audit.flush(clock.now() + timedelta(seconds=seconds))


async def key_of(rooms, name: str):
    async with rooms.database.connection() as connection:
        return await connection.fetchval("SELECT key_id FROM api_key WHERE name = $1", name)


async def test_the_newest_look_comes_first_with_who_it_was(desk, rooms, clock):
    anna = (await desk.register()).json()["customer_id"]
    bot, console = await key_of(rooms, "the bot"), await key_of(rooms, "the console")
    await looked(desk, rooms, clock, seconds=1, key_id=bot, view="bot", customers=[UUID(anna)])
    await looked(desk, rooms, clock, seconds=2, key_id=console, view="console", customers=[UUID(anna)])
    found = await looks(desk, anna, limit="1")
    assert [(one["by"], one["role"], one["view"]) for one in found["items"]] == [("the console", "console", "console")]
    older = await looks(desk, anna, limit="1", after=found["next"])
    assert [(one["by"], one["is_agent"], one["reason"]) for one in older["items"]] == [("the bot", False, None)]
    assert older["next"] is None


async def test_looks_at_all_who_are_merged_are_listed_and_of_others_none(desk, rooms, clock):
    anna = (await desk.register()).json()["customer_id"]
    other = (await desk.register(email="anna@work.example")).json()["customer_id"]
    await desk("console", "PUT", f"/v1/customers/{anna}/merges", {"other_customer_id": other})
    stranger, key_id = uuid4(), await key_of(rooms, "the bot")
    await looked(desk, rooms, clock, seconds=1, key_id=key_id, view="bot", customers=[UUID(other), stranger])
    await looked(desk, rooms, clock, seconds=2, key_id=key_id, view="bot", customers=[stranger])
    (one,) = (await looks(desk, anna))["items"]
    assert one["customer_ids"] == [other]


async def test_a_reason_in_the_header_stands_with_the_look(desk):
    anna = (await desk.register()).json()["customer_id"]
    path = f"/v1/customers/{anna}/context"
    shown = await desk("console", "GET", path, askonce_reason="Complaint of the 12th, f%C3%BCr Anna")
    assert shown.status_code == 200
    (one,) = (await looks(desk, anna))["items"]
    assert one["reason"] == {"choice": "other", "note": "Complaint of the 12th, für Anna"}


async def test_only_the_privacy_desk_and_admins_see_who_looked(desk):
    anna = (await desk.register()).json()["customer_id"]
    for role, status in (("admin", 200), ("privacy", 200), ("console", 403), ("bot", 403), ("partner", 403)):
        assert (await desk(role, "GET", f"/v1/customers/{anna}/reads")).status_code == status
    assert (await desk("privacy", "GET", f"/v1/customers/{anna[:-1]}x/reads")).status_code == 404
    assert (await desk("privacy", "GET", f"/v1/customers/{anna}/reads?after=x")).status_code == 400
