"""What a condition is worth at the till, in decimals; each amount is rounded once, half up, where it is printed."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_OTHER_DECIMALS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
"""Of the currencies that this shop takes; every other one has two."""

Line = Mapping[str, Any]
"""`qty` and `unit_price`, both Decimal."""


def rounded(amount: Decimal | int, currency: str) -> Decimal:
    """The amount with the decimals of its currency; half a cent goes up, below zero down, as people expect."""
    return Decimal(amount).quantize(Decimal(1).scaleb(-_OTHER_DECIMALS.get(currency, 2)), ROUND_HALF_UP)


def total(lines: Iterable[Line], currency: str) -> Decimal:
    """What the lines cost, each rounded as it is printed."""
    return sum((rounded(line["qty"] * line["unit_price"], currency) for line in lines), Decimal(0))


def worth(
    kind: str, terms: Mapping[str, Any], covered: list[Line], currency: str, *, taken_off: Decimal = Decimal(0)
) -> Decimal:
    """What a condition takes off the lines that it covers, never more than is left of them: its redemption's `amount`.

    `taken_off` is what the conditions before it took off these lines.
    """
    price = total(covered, currency) - taken_off
    if "percent" in terms:
        off = price * terms["percent"] / 100
    elif "amount" in terms and kind == "price":
        off = price - total([{**line, "unit_price": terms["amount"]} for line in covered], currency)
    else:
        off = terms.get("amount", Decimal(0))
    return max(min(rounded(off, currency), price), rounded(0, currency))


def refund(kind: str, terms: Mapping[str, Any], before: list[Line], after: list[Line], currency: str) -> Decimal:
    """What is paid back for what comes back: what was paid, less what the rest would have cost with the condition."""
    paid, left = (total(lines, currency) - worth(kind, terms, lines, currency) for lines in (before, after))
    return paid - left
