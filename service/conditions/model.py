"""Special conditions as they are asked for, kept and answered."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from service.model.interaction import RequestShape, ShortText, Timestamp
from service.model.vocabulary import Audience, Channel, ConditionKind, Stacking, UsePeriod

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
"""An ISO 4217 code."""
ScopeNames = Annotated[tuple[ShortText, ...], Meta(max_length=200)]
"""Codes or names of stores, categories or brands; none means that every one counts."""
Audiences = Annotated[tuple[Audience, ...], Meta(min_length=1, max_length=len(Audience))]
Priority = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
MaxUses = Annotated[int, Meta(ge=1, le=1_000_000)]

_INTERNAL_AUDIENCES = (Audience.CONSOLE, Audience.STORE, Audience.BOT)
MAX_AMOUNT = Decimal(10) ** 12
_MAX_PERCENT = Decimal(100)
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_MAX_DECIMALS = 4  # ISO 4217 knows currencies with up to four


def check_amount(amount: Decimal, *, minimum: Decimal = Decimal(0), maximum: Decimal = MAX_AMOUNT) -> None:
    """ValueError unless it is a number from `least` to `most` with at most four decimals."""
    if not amount.is_finite() or not minimum <= amount <= maximum:
        raise ValueError(f"Expected a number from {minimum} to {maximum}")
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_MAX_DECIMALS:
        raise ValueError(f"Expected at most {_MAX_DECIMALS} decimals")


def check_years(*timestamps: object) -> None:
    """ValueError if a time lies outside the years that every calendar and time zone can take."""
    if any(isinstance(at, datetime) and not _FIRST_YEAR <= at.year <= _LAST_YEAR for at in timestamps):
        raise ValueError(f"Expected a time in the years {_FIRST_YEAR} to {_LAST_YEAR}")


class Terms(RequestShape, frozen=True):
    """What the customer gets, in exactly one form: a percentage, an amount in a currency, or words."""

    percent: Decimal | UnsetType = UNSET
    amount: Decimal | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    text: Annotated[str, Meta(min_length=1, max_length=2000)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse two forms at once, and numbers that are no percentage or amount."""
        if sum(form is not UNSET for form in (self.percent, self.amount, self.text)) != 1:
            raise ValueError("Expected exactly one of `percent`, `amount` with `currency`, `text`")
        if (self.amount is UNSET) is not (self.currency is UNSET):
            raise ValueError("Expected `amount` and `currency` together")
        if self.percent is not UNSET:
            check_amount(self.percent, maximum=_MAX_PERCENT)
        if self.amount is not UNSET:
            check_amount(self.amount)


class Scope(RequestShape, frozen=True, omit_defaults=False):
    """Where the terms hold; an empty list leaves that side open."""

    stores: ScopeNames = ()
    categories: ScopeNames = ()
    brands: ScopeNames = ()
    channels: Annotated[tuple[Channel, ...], Meta(max_length=len(Channel))] = ()


class ConditionInput(RequestShape, frozen=True):
    """A condition to grant. It begins at once if `valid_from` is absent; partners see it only when they are named."""

    title: ShortText
    kind: ConditionKind
    terms: Terms
    scope: Scope = Scope()
    valid_from: Timestamp | None = None
    valid_until: Timestamp | None = None
    priority: Priority = 0
    stacking: Stacking = Stacking.STACK
    audiences: Audiences = _INTERNAL_AUDIENCES
    contract: ShortText | None = None
    max_uses: MaxUses | None = None
    max_uses_per: UsePeriod | None = None

    def __post_init__(self) -> None:
        """Refuse times out of reach."""
        check_years(self.valid_from, self.valid_until)


class ConditionPatch(RequestShape, frozen=True):
    """What to change of a condition; an absent field stays, null removes what may be missing."""

    title: ShortText | UnsetType = UNSET
    kind: ConditionKind | UnsetType = UNSET
    terms: Terms | UnsetType = UNSET
    scope: Scope | UnsetType = UNSET
    valid_from: Timestamp | UnsetType = UNSET
    valid_until: Timestamp | UnsetType | None = UNSET
    priority: Priority | UnsetType = UNSET
    stacking: Stacking | UnsetType = UNSET
    audiences: Audiences | UnsetType = UNSET
    contract: ShortText | UnsetType | None = UNSET
    max_uses: MaxUses | UnsetType | None = UNSET
    max_uses_per: UsePeriod | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        """Refuse times out of reach."""
        check_years(self.valid_from, self.valid_until)


class Condition(Struct, frozen=True, kw_only=True):
    """A condition as it stands, past and revoked ones too; `max_uses_per` absent means ever."""

    id: UUID
    customer_id: UUID
    title: str
    kind: ConditionKind
    terms: Terms
    scope: Scope
    valid_from: datetime
    valid_until: datetime | None
    priority: int
    stacking: Stacking
    audiences: tuple[Audience, ...]
    contract: str | None
    max_uses: int | None
    max_uses_per: UsePeriod | None
    created_at: datetime
    revoked_at: datetime | None


class RedemptionInput(RequestShape, frozen=True):
    """One use of a condition; the receipt number is its key. A till tells when it was, and whether it was `offline`."""

    receipt: ShortText
    amount: Decimal
    currency: Currency
    store: ShortText | None = None
    redeemed_at: Timestamp | None = None
    offline: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no amount, times out of reach, and receipts that no path can name."""
        check_amount(self.amount)
        if not self.receipt.isprintable():
            raise ValueError("Expected printable characters in `receipt`")
        check_years(self.redeemed_at)


class Redemption(Struct, frozen=True, kw_only=True):
    """A recorded use; a voided one has given its use back.

    A late one was granted offline, or reported more than 15 minutes after it; it may be `over_limit`, or `not_valid`:
    the condition did not hold then and there.
    """

    condition_id: UUID
    receipt: str
    store: str
    amount: Decimal
    currency: str
    redeemed_at: datetime
    recorded_at: datetime
    voided_at: datetime | None
    late: bool
    over_limit: bool
    not_valid: bool
