"""What tills of any language check themselves against is what the service signs, and the tills of the examples hold to it."""

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import make_vector
import money
import pytest
import snapshot
from till import Till

from service.conditions.money import decimals_of
from service.conditions.offline_snapshot import dialling_of
from service.identity.canonical import canonical_value
from service.model.vocabulary import IdentityKind
from tests.house.place import ROOT, text

EXAMPLES = ROOT / "docs" / "examples" / "till"
VECTOR = json.loads((EXAMPLES / "vector.json").read_text("utf-8"), parse_float=Decimal)
KEY, NOW = VECTOR["key"], VECTOR["now"]
CHECKS = 6 + sum(len(VECTOR[part]) for part in ("lookups", "refused", "money"))
NO_SERVICE = "http://127.0.0.1:9"


@pytest.fixture
def cut_off(tmp_path):
    """A function that gives a till without a service, which has this snapshot, at a time."""

    def till(signed: str = VECTOR["snapshot"], now: float = NOW) -> Till:
        (tmp_path / "snapshot.jws").write_text(signed)
        return Till(NO_SERVICE, KEY, tmp_path, clock=lambda: now)

    return till


def test_the_vector_is_what_the_service_signs():
    assert make_vector.text() == (EXAMPLES / "vector.json").read_text("utf-8"), "make_vector.py writes it anew"


def test_the_page_shows_each_step_of_the_vector():
    page = text("docs/channels/store.md")
    assert [step for step, value in VECTOR["steps"].items() if f"`{value}`" not in page] == []
    assert f"`{KEY}`" in page


@pytest.mark.parametrize("case", VECTOR["lookups"], ids=lambda case: case["typed"])
def test_what_is_typed_finds_the_customer_without_a_service(cut_off, case):
    found = cut_off().look_up(case["kind"], case["typed"])
    assert found.get("customer") == (case["display"] and {"display": case["display"]})


@pytest.mark.parametrize("case", VECTOR["refused"], ids=lambda case: case["why"])
def test_a_till_believes_no_snapshot_that_was_changed_or_has_expired(cut_off, case):
    told = cut_off(case["snapshot"], case["now"]).look_up("loyalty_card", "payback:30834211")
    assert told == {"from": "snapshot", "refused": f"the snapshot is {case['as']}"}


@pytest.mark.parametrize("case", VECTOR["money"], ids=lambda case: case["case"])
def test_a_condition_is_worth_what_the_vector_says(case):
    worth = money.worth(case["kind"], case["terms"], case["covered"], case["currency"])
    assert str(worth) == case["worth"]


def test_a_second_condition_is_worth_a_share_of_what_the_first_left():
    shoes = [{"qty": 1, "unit_price": Decimal("99.90")}]
    first = money.worth("discount", {"percent": 20}, shoes, "EUR")
    second = money.worth("discount", {"percent": 10}, shoes, "EUR", taken_off=first)
    assert (first, second) == (Decimal("19.98"), Decimal("7.99"))


def test_the_guide_shows_each_case_of_rounding():
    page = text("docs/guides/till.md").partition("## Rounding of money")[2]
    assert [row for row in map(row_of, VECTOR["money"]) if row not in page] == []


@pytest.mark.parametrize("currency", ["EUR", "RSD", "JPY", "KRW", "ISK", "CLP", "BHD", "JOD", "KWD", "OMR", "TND"])
def test_the_till_rounds_to_the_decimals_that_the_service_takes(currency):
    assert -money.rounded(Decimal(1), currency).as_tuple().exponent == decimals_of(currency)


def test_what_is_brought_back_piece_by_piece_is_paid_back_to_the_cent():
    lines = [{"qty": Decimal(1), "unit_price": Decimal(price)} for price in ("0.33", "0.33", "0.34")]
    terms = {"percent": 15}
    paid = money.total(lines, "EUR") - money.worth("discount", terms, lines, "EUR")
    back = [money.refund("discount", terms, lines[at:], lines[at + 1 :], "EUR") for at in range(3)]
    assert (paid, sum(back)) == (Decimal("0.85"), Decimal("0.85"))


@pytest.mark.parametrize(
    ("region", "typed"),
    [
        ("DE", "0171/1234567"),
        ("DE", "+49 (0)171 1234567"),
        ("DE", "491711234567"),
        ("ES", "612 345 678"),
        ("IT", "06 1234 5678"),
        ("IT", "391 234 5678"),
        ("US", "(202) 555-0123"),
        ("US", "1-202-555-0123"),
        ("US", "011 49 171 1234567"),
        ("HU", "06 30 123 4567"),
        ("GB", "00 49 171 1234567"),
    ],
)
def test_a_number_is_spelled_as_the_service_does_wherever_the_till_stands(region, typed):
    assert canonical_value(IdentityKind.PHONE, typed, region) in snapshot.spellings(dialling_of(region), "phone", typed)


@pytest.mark.parametrize("typed", ["payback:3083 4211", " k - 4711", "Gold-12.3", "-7/1-", "ab:cd-7"])
def test_a_card_is_spelled_as_the_service_does(typed):
    assert snapshot.spellings({}, "loyalty_card", typed) == [canonical_value(IdentityKind.LOYALTY_CARD, typed, "DE")]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("javac") is None, reason="there is no JDK here")
def test_a_till_in_java_reads_what_the_service_signs():
    checked = printed("java", "-XX:TieredStopAtLevel=1", EXAMPLES / "Snapshot.java", EXAMPLES / "vector.json")
    assert checked == [f"{CHECKS} checks hold"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mcs") is None, reason="there is no C# compiler (mono-mcs) here")
def test_a_till_in_c_sharp_reads_what_the_service_signs(tmp_path):
    program = tmp_path / "Snapshot.exe"
    assert printed("mcs", f"-out:{program}", EXAMPLES / "Snapshot.cs") == []
    assert printed("mono", program, EXAMPLES / "vector.json") == [f"{CHECKS} checks hold"]


def row_of(case) -> str:
    """A case as a row of the guide's table."""
    currency, terms = case["currency"], case["terms"]
    lines = ", ".join(f"{one['qty']} × {with_decimals(one['unit_price'], currency)}" for one in case["covered"])
    given = f"{terms['percent']} %" if "percent" in terms else f"{with_decimals(terms['amount'], currency)} {currency}"
    given += " a unit" if case["kind"] == "price" else ""
    return f"| {case['case']} | {lines} | {given} | {case['worth']} {currency} |"


def with_decimals(amount, currency: str) -> str:
    """An amount with the decimals of its currency, or as many as it has."""
    payable = money.rounded(amount, currency)
    return str(payable if payable == amount else amount)


def printed(*command: str | Path) -> list[str]:
    """The last line of what a command prints; it must end well."""
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.splitlines()[-1:]
