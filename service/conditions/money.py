"""Money in decimals, never in floating point: how many a currency has, and what can be paid in it."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from service.errors import InvalidInput

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
"""An ISO 4217 code."""
MAX_AMOUNT = Decimal(10) ** 12
MAX_DECIMALS = 4
"""ISO 4217 knows currencies with up to four, and prices of a unit may be finer than what can be paid."""
_LONGEST_WRITTEN = 28
"""So many decimals are read as a number; more are some other text."""
_USUAL_DECIMALS = 2
_OTHER_DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip
"""ISO 4217, list one, of January 2026."""


def decimals_of(currency: str) -> int:
    """How many decimals an amount in this currency has, 0 to 4: two, unless ISO 4217 says otherwise."""
    return _OTHER_DECIMALS.get(currency, _USUAL_DECIMALS)


def check_amount(amount: Decimal, field: str, *, minimum: Decimal = Decimal(0), maximum: Decimal = MAX_AMOUNT) -> None:
    """ValueError that names `field` unless it is a number from `minimum` to `maximum` with at most four decimals."""
    if not amount.is_finite() or not minimum <= amount <= maximum:
        raise ValueError(f"Expected a number from {minimum} to {maximum} in `{field}`")
    if _decimals_in(amount) > MAX_DECIMALS:
        raise ValueError(f"Expected at most {MAX_DECIMALS} decimals in `{field}`")


def check_payable(amount: Decimal, currency: str, *, field: str) -> None:
    """InvalidInput at `field` if the amount has more decimals than its currency; zeros at the end do not count."""
    allowed = decimals_of(currency)
    if _decimals_in(amount) > allowed:
        message = f"An amount in {currency} has at most {allowed} decimals: round it before you send it."
        raise InvalidInput(field=field, message=message if allowed else message.replace("at most 0", "no"))


def _decimals_in(amount: Decimal) -> int:
    """The decimals of an amount within `MAX_AMOUNT`; zeros at the end, which some languages write, do not count."""
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_LONGEST_WRITTEN:
        return -exponent
    return len(f"{amount:f}".partition(".")[2].rstrip("0"))
