"""What speaks for two customers being one: it follows survivors, is seen from both sides, and is dismissed for good."""

from datetime import timedelta
from uuid import uuid4

from tests.fixtures import NOW, Desk

ALL = "/v1/merge-suggestions"


def number(name: str) -> tuple[str, str, bool]:
    return ("customer_number", name, True)


def address(name: str) -> tuple[str, str]:
    return ("email", f"{name}@example.de")


async def customer(desk: Desk, name: str) -> str:
    """A customer with a number and an address of its own."""
    answer = await desk.register(identities=[number(name), address(name)])
    return answer.json()["customer_id"]


async def state_both(desk: Desk, one: str, other: str) -> None:
    """An interaction of one customer states the address of another."""
    assert (await desk.register(identities=[number(one), address(other)])).status_code == 201


async def suggested(desk: Desk, customer_id: str) -> list[tuple[str, str]]:
    answer = (await desk("console", "GET", f"/v1/customers/{customer_id}/merge-suggestions")).json()
    return [(one["other_customer_id"], one["value"]) for one in answer["items"]]


async def pairs(desk: Desk, query: str = "") -> list[list[str]]:
    return [one["customers"] for one in (await desk("console", "GET", ALL + query)).json()["items"]]


async def merge(desk: Desk, survivor: str, other: str) -> None:
    path = f"/v1/customers/{survivor}/merges"
    assert (await desk("console", "PUT", path, {"other_customer_id": other})).status_code == 200


async def dismiss(desk: Desk, one: str, other: str) -> int:
    return (await desk("console", "DELETE", f"/v1/customers/{one}/merge-suggestions/{other}")).status_code


async def test_a_suggestion_is_seen_from_both_sides(desk):
    a, b = await customer(desk, "a"), await customer(desk, "b")
    await state_both(desk, "a", "b")
    assert await suggested(desk, a) == [(b, "b@example.de")]
    assert await suggested(desk, b) == [(a, "b@example.de")]


async def test_a_suggestion_follows_the_survivor_on_each_side(desk):
    a, b, c, d = [await customer(desk, name) for name in "abcd"]
    await state_both(desk, "a", "b")
    await merge(desk, c, a)
    await merge(desk, d, b)
    assert await suggested(desk, c) == await suggested(desk, a) == [(d, "b@example.de")]
    assert await suggested(desk, d) == [(c, "b@example.de")]
    assert await pairs(desk) == [sorted([c, d])]


async def test_what_is_one_customer_already_is_suggested_nowhere_until_it_is_unmerged(desk):
    a, b = await customer(desk, "a"), await customer(desk, "b")
    await state_both(desk, "a", "b")
    await merge(desk, b, a)
    assert (await suggested(desk, a), await suggested(desk, b), await pairs(desk)) == ([], [], [])
    await desk("console", "DELETE", f"/v1/customers/{b}/merges/{a}")
    assert await suggested(desk, a) == [(b, "b@example.de")]


async def test_reasons_of_one_pair_are_one_entry_the_newest_pair_first(desk, clock):
    a, b, c = [await customer(desk, name) for name in "abc"]
    await state_both(desk, "a", "b")
    await state_both(desk, "b", "a")
    clock.advance(timedelta(minutes=1))
    await state_both(desk, "c", "a")
    newest, both = (await desk("admin", "GET", ALL)).json()["items"]
    assert newest["customers"] == sorted([a, c])
    assert both["customers"] == sorted([a, b])
    assert {one["value"] for one in both["reasons"]} == {"a@example.de", "b@example.de"}
    assert both["suggested_at"] == NOW.isoformat().replace("+00:00", "Z")


async def test_every_pair_is_on_one_page_and_on_no_other(desk):
    ids = [await customer(desk, name) for name in "abcdefg"]
    for one in "bcdefg":
        await state_both(desk, "a", one)
        await state_both(desk, one, "a")
    seen, after = [], ""
    while after is not None:
        page = (await desk("console", "GET", f"{ALL}?limit=4&after={after}")).json()
        seen += [tuple(one["customers"]) for one in page["items"]]
        after = page["next"]
    assert sorted(seen) == sorted(tuple(sorted([ids[0], one])) for one in ids[1:])


async def test_a_dismissed_pair_does_not_come_back_with_the_next_statement(desk):
    a, b = await customer(desk, "a"), await customer(desk, "b")
    await state_both(desk, "a", "b")
    assert await dismiss(desk, b, a) == 204
    await state_both(desk, "a", "b")
    await state_both(desk, "b", "a")
    assert (await suggested(desk, a), await suggested(desk, b), await pairs(desk)) == ([], [], [])


async def test_a_dismissed_pair_stays_apart_when_one_of_them_is_merged_and_unmerged(desk):
    a, b, c = [await customer(desk, name) for name in "abc"]
    await state_both(desk, "a", "b")
    await merge(desk, c, b)
    assert await dismiss(desk, a, c) == 204
    assert await pairs(desk) == []
    await desk("console", "DELETE", f"/v1/customers/{c}/merges/{b}")
    assert (await suggested(desk, a), await pairs(desk)) == ([], [])


async def test_another_pair_is_suggested_still(desk):
    a, b, c = [await customer(desk, name) for name in "abc"]
    await state_both(desk, "a", "b")
    await state_both(desk, "a", "c")
    await dismiss(desk, a, b)
    assert await suggested(desk, a) == [(c, "c@example.de")]


async def test_who_dismissed_is_on_record_for_both(desk, database):
    a, b = await customer(desk, "a"), await customer(desk, "b")
    await state_both(desk, "a", "b")
    await dismiss(desk, a, b)
    async with database.connection() as connection:
        audited = await connection.fetch(
            "SELECT a.customer_id::text, a.subject_id::text, k.name FROM change_audit a JOIN api_key k USING (key_id)"
            " WHERE action = 'suggestion.dismissed'"
        )
    assert {tuple(row) for row in audited} == {(a, b, "the console"), (b, a, "the console")}


async def test_what_is_not_suggested_cannot_be_dismissed(desk):
    a, b = await customer(desk, "a"), await customer(desk, "b")
    assert await dismiss(desk, a, b) == 404
    assert await dismiss(desk, a, a) == 404
    assert await dismiss(desk, a, str(uuid4())) == 404
    assert await dismiss(desk, a, "b") == 404
    await state_both(desk, "a", "b")
    assert [await dismiss(desk, a, b), await dismiss(desk, a, b)] == [204, 404]


async def test_a_cursor_that_is_none_is_refused(desk):
    for cursor in ("x", "1_2", f"1_{uuid4()}", f"99999999999999999999999_{uuid4()}_{uuid4()}"):
        assert (await desk("console", "GET", f"{ALL}?after={cursor}")).status_code == 400
