"""Group commit: who comes while others are served shares the next transaction, and nobody suffers for anybody else."""

import asyncio

import asyncpg
import pytest

from service.db.batcher import Batcher
from service.errors import AskonceError, CustomerUnknown, DatabaseBusy, InvalidInput, Overloaded
from service.telemetry import queue_time


class Kitchen:
    """Cooks orders together; `batches` are those that were served, `closed` holds everything up until it is opened."""

    def __init__(self, *, most_together: int = 10, most_waiting: int = 100, lanes: int = 1) -> None:
        self.batches: list[list[str]] = []
        self.opened = asyncio.Event()
        self.opened.set()
        self.troubles: dict[str, Exception] = {}
        self.orders = Batcher(self._cook, max_batch_size=most_together, max_waiting=most_waiting, lanes=lanes)

    async def _cook(self, orders: list[str]) -> list[str]:
        await self.opened.wait()
        for order in orders:
            if order in self.troubles:
                raise self.troubles[order]
        self.batches.append(orders)
        return [order.upper() for order in orders]

    def order(self, *orders: str) -> list[asyncio.Task[str]]:
        return [asyncio.create_task(self.orders.submit(order)) for order in orders]


async def test_a_lone_item_waits_for_nobody():
    kitchen = Kitchen()
    assert await kitchen.orders.submit("soup") == "SOUP"
    assert kitchen.batches == [["soup"]]


async def test_with_two_lanes_the_third_shares_with_the_fourth_and_all_are_served():
    kitchen = Kitchen(lanes=2)
    kitchen.opened.clear()
    tasks = []
    for order in ("soup", "fish", "cake", "wine"):
        tasks += kitchen.order(order)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    kitchen.opened.set()
    assert await asyncio.gather(*tasks) == ["SOUP", "FISH", "CAKE", "WINE"]
    assert sorted(kitchen.batches) == [["cake", "wine"], ["fish"], ["soup"]]
    assert await kitchen.orders.submit("more") == "MORE"


async def test_whoever_comes_as_the_last_batch_ends_is_served_too():
    kitchen = Kitchen()
    async with asyncio.timeout(5):
        assert [await kitchen.orders.submit("soup") for _ in range(100)] == ["SOUP"] * 100


async def test_items_that_come_meanwhile_share_the_next_transaction_and_get_their_own_answers():
    kitchen = Kitchen(most_together=3)
    kitchen.opened.clear()
    first = kitchen.order("soup")
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the first batch is under way
    others = kitchen.order("tea", "bread", "cake", "wine")
    await asyncio.sleep(0)
    kitchen.opened.set()
    assert await asyncio.gather(*first, *others) == ["SOUP", "TEA", "BREAD", "CAKE", "WINE"]
    assert kitchen.batches == [["soup"], ["tea", "bread", "cake"], ["wine"]]


@pytest.mark.parametrize(
    ("trouble", "answer"),
    [
        (CustomerUnknown(), CustomerUnknown),
        (asyncpg.DataError("out of range"), InvalidInput),
        (KeyError("a defect"), AskonceError),
    ],
)
async def test_an_item_that_cannot_be_done_fails_alone(trouble: Exception, answer: type[AskonceError]):
    kitchen = Kitchen()
    kitchen.troubles = {"poison": trouble}
    soup, poison, tea = await kitchen.orders.submit_all(["soup", "poison", "tea"])
    assert (soup, tea) == ("SOUP", "TEA")
    assert type(poison) is answer


async def test_nobody_is_tried_alone_while_the_database_is_busy():
    kitchen = Kitchen()
    kitchen.troubles = {"tea": DatabaseBusy()}
    answers = await kitchen.orders.submit_all(["soup", "tea"])
    assert [type(answer) for answer in answers] == [DatabaseBusy, DatabaseBusy]
    assert kitchen.batches == []


async def test_a_request_that_was_given_up_holds_up_no_other():
    kitchen = Kitchen()
    kitchen.opened.clear()
    (given_up,), (patient,) = kitchen.order("soup"), kitchen.order("tea")
    await asyncio.sleep(0)
    given_up.cancel()
    kitchen.opened.set()
    assert await patient == "TEA"
    assert given_up.cancelled()


async def test_more_than_may_wait_are_sent_away_at_once():
    kitchen = Kitchen(most_waiting=2)
    with pytest.raises(Overloaded):
        await kitchen.orders.submit_all(["soup", "tea", "bread"])
    assert await kitchen.orders.submit("soup") == "SOUP"


@pytest.mark.parametrize(("others", "refused"), [(1, False), (2, True)])
async def test_nothing_more_is_taken_while_a_whole_batch_has_waited_for_long(monkeypatch, others, refused):
    kitchen = Kitchen(most_together=2)
    kitchen.opened.clear()
    waiting = kitchen.order("soup")
    for _ in range(2):
        await asyncio.sleep(0)  # the first batch is under way
    waiting += kitchen.order(*["tea"] * others)
    await asyncio.sleep(0)
    monkeypatch.setattr(queue_time, "MAX_WAIT_S", 0)
    waiting += kitchen.order("bread")
    await asyncio.sleep(0)
    kitchen.opened.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers[-1], Overloaded) is refused
