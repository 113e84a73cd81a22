"""The rules in the documentation are taken, and decide something of every customer."""

import re

import pytest

from service.insight.segments.dry_run import try_rule
from tests.fixtures import NOW
from tests.house.place import text
from tests.insight.conftest import ZONE

pytestmark = pytest.mark.slow

PAGE = text("docs/segments-and-rules.md")
RULES = [rule.strip() for rule in re.findall(r"```cel\n(.*?)```", PAGE, re.DOTALL)]


@pytest.fixture
async def customers(desk):
    anna = (await desk.register(facts={"city": "Ulm"}, mood=-0.5, ref="case-1")).json()["customer_id"]
    await desk("console", "PATCH", f"/v1/customers/{anna}", {"segments": ["b2b_gold"]})
    await desk.register(email="ben@example.de", channel="social")
    await desk.register(email="ben@example.de", channel="store", kind="purchase", facts={"router_model": "AX-3000"})


async def test_every_rule_of_the_page_decides_something_of_each_customer(rooms, customers):
    assert len(RULES) > 5
    async with rooms.database.connection() as connection:
        for rule in RULES:
            tried = await try_rule(connection, rule, now=NOW, zone=ZONE)
            assert (tried.customers, tried.undecided) == (2, None), rule


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        ('x in ["a", "b"]', None),
        ('customer.segments.exists(s, s in ["b2b_gold", "vip"])', 1),
        ("conversations.filter(c, c.status == 'open').size() >= 1", 2),
        ("handoffs.all(h, h.state == 'offered')", 2),
        ("customer.segments.exists_one(s, s.startsWith('b2b'))", 1),
        ("customer.segments.exists(s, s.matches('^b2b_[a-z]+$'))", 1),
        ("'city' in known && known['city'].value == 'Ulm'", 1),
        ("'city' in known && known.city.value.contains('l')", 1),
        ("signals.mood != null && signals.mood < -0.3", 1),
        ("recent.exists(r, has(r.mood) && r.mood < 0.0)", 1),
        ("!(customer.language in ['de', 'en'])", 2),
    ],
)
async def test_the_language_does_what_the_page_says(rooms, customers, rule, met):
    async with rooms.database.connection() as connection:
        if met is None:
            with pytest.raises(Exception, match="`x` is unknown"):
                await try_rule(connection, rule, now=NOW, zone=ZONE)
        else:
            tried = await try_rule(connection, rule, now=NOW, zone=ZONE)
            assert (tried.met, tried.undecided) == (met, None)
