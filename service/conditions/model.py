"""Special conditions as they are asked for, kept and answered."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from service.conditions.money import Currency, check_amount
from service.model.fields import CustomerId
from service.model.interaction import RequestShape, ShortText, Timestamp
from service.model.vocabulary import Audience, Channel, ConditionKind, Stacking, UsePeriod

ScopeNames = Annotated[tuple[ShortText, ...], Meta(max_length=200)]
"""Codes or names of stores, categories or brands; none means that every one counts."""
Audiences = Annotated[tuple[Audience, ...], Meta(min_length=1, max_length=len(Audience))]
Priority = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
MaxUses = Annotated[int, Meta(ge=1, le=1_000_000)]

_INTERNAL_AUDIENCES = (Audience.CONSOLE, Audience.STORE, Audience.BOT)
_MAX_PERCENT = Decimal(100)
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


def check_years(*timestamps: object) -> None:
    """ValueError if a time lies outside the years that every calendar and time zone can take."""
    if any(isinstance(at, datetime) and not _FIRST_YEAR <= at.year <= _LAST_YEAR for at in timestamps):
        raise ValueError(f"Expected a time in the years {_FIRST_YEAR} to {_LAST_YEAR}")


class Terms(RequestShape, frozen=True):
    """What the customer gets, in exactly one form: a percentage, an amount in a currency, or words."""

    percent: Annotated[
        Decimal | UnsetType,
        Meta(description="Discount in percent of the price, from 0 to 100 with up to four decimals."),
    ] = UNSET
    amount: Annotated[
        Decimal | UnsetType,
        Meta(
            description="Amount of money in `currency`, from 0 with as many decimals as that has; the price of one "
            "unit (kind `price`) with up to four."
        ),
    ] = UNSET
    currency: Annotated[
        Currency | UnsetType,
        Meta(description="ISO 4217 code of the amount, such as `EUR`; present exactly when the amount is."),
    ] = UNSET
    text: Annotated[
        Annotated[str, Meta(min_length=1, max_length=2000)] | UnsetType,
        Meta(description="The terms in words, for what is neither a percentage nor an amount."),
    ] = UNSET

    def __post_init__(self) -> None:
        """Refuse two forms at once, and numbers that are no percentage or amount."""
        if sum(form is not UNSET for form in (self.percent, self.amount, self.text)) != 1:
            raise ValueError("Expected exactly one of `percent`, `amount` with `currency`, `text`")
        if (self.amount is UNSET) is not (self.currency is UNSET):
            raise ValueError("Expected `amount` and `currency` together")
        if self.percent is not UNSET:
            check_amount(self.percent, "percent", maximum=_MAX_PERCENT)
        if self.amount is not UNSET:
            check_amount(self.amount, "amount")


class Scope(RequestShape, frozen=True, omit_defaults=False):
    """Where the terms hold; an empty list leaves that side open."""

    stores: Annotated[ScopeNames, Meta(description="Codes of the stores where it holds; empty means every store.")] = ()
    categories: Annotated[
        ScopeNames, Meta(description="Product categories it holds for; empty means every category.")
    ] = ()
    brands: Annotated[ScopeNames, Meta(description="Brands it holds for; empty means every brand.")] = ()
    channels: Annotated[
        tuple[Channel, ...],
        Meta(max_length=len(Channel), description="Channels on which it holds; empty means every channel."),
    ] = ()


class ConditionInput(RequestShape, frozen=True):
    """A condition to grant."""

    title: Annotated[ShortText, Meta(description="Short name of the condition, as staff read it.")]
    kind: Annotated[
        ConditionKind,
        Meta(description="What the condition grants, such as a discount, a special price or an entitlement."),
    ]
    terms: Annotated[
        Terms, Meta(description="What the customer gets, in exactly one form: percentage, amount or words.")
    ]
    scope: Annotated[Scope, Meta(description="Where the terms hold; absent means everywhere.")] = Scope()
    valid_from: Annotated[
        Timestamp | None, Meta(description="When it begins, an RFC 3339 time; absent means at once.")
    ] = None
    valid_until: Annotated[
        Timestamp | None, Meta(description="When it ends, an RFC 3339 time; absent or null means that it has no end.")
    ] = None
    priority: Annotated[Priority, Meta(description="Order among conditions: higher numbers come first.")] = 0
    stacking: Annotated[
        Stacking, Meta(description="`exclusive` conditions apply alone, `stack` ones together with others.")
    ] = Stacking.STACK
    audiences: Annotated[
        Audiences,
        Meta(description="Who may see the condition: console, store, bot, partner; partners only when named."),
    ] = _INTERNAL_AUDIENCES
    contract: Annotated[
        ShortText | None, Meta(description="Number or name of the contract it comes from; absent without one.")
    ] = None
    max_uses: Annotated[
        MaxUses | None,
        Meta(description="How often it may be redeemed in each period; absent or null means without limit."),
    ] = None
    max_uses_per: Annotated[
        UsePeriod | None,
        Meta(description="Period in which `max_uses` counts, in the company's time zone; absent means ever."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse times out of reach."""
        check_years(self.valid_from, self.valid_until)


class ConditionPatch(RequestShape, frozen=True):
    """What to change of a condition; an absent field stays, null removes what may be missing."""

    title: Annotated[
        ShortText | UnsetType, Meta(description="Short name of the condition; absent leaves it as it is.")
    ] = UNSET
    kind: Annotated[
        ConditionKind | UnsetType, Meta(description="What the condition grants; absent leaves it as it is.")
    ] = UNSET
    terms: Annotated[
        Terms | UnsetType, Meta(description="What the customer gets, as a whole; absent leaves it as it is.")
    ] = UNSET
    scope: Annotated[
        Scope | UnsetType, Meta(description="Where the terms hold, as a whole; absent leaves it as it is.")
    ] = UNSET
    valid_from: Annotated[
        Timestamp | UnsetType, Meta(description="When it begins, an RFC 3339 time; absent leaves it as it is.")
    ] = UNSET
    valid_until: Annotated[
        Timestamp | UnsetType | None,
        Meta(description="When it ends, an RFC 3339 time; null removes the end, absent leaves it as it is."),
    ] = UNSET
    priority: Annotated[
        Priority | UnsetType,
        Meta(description="Order among conditions, higher numbers first; absent leaves it as it is."),
    ] = UNSET
    stacking: Annotated[
        Stacking | UnsetType, Meta(description="`exclusive` or `stack`; absent leaves it as it is.")
    ] = UNSET
    audiences: Annotated[
        Audiences | UnsetType,
        Meta(description="Everyone who may see the condition from now on; absent leaves it as it is."),
    ] = UNSET
    contract: Annotated[
        ShortText | UnsetType | None,
        Meta(description="The contract it comes from; null removes it, absent leaves it as it is."),
    ] = UNSET
    max_uses: Annotated[
        MaxUses | UnsetType | None,
        Meta(description="Redemptions allowed in each period; null removes the limit, absent leaves it as it is."),
    ] = UNSET
    max_uses_per: Annotated[
        UsePeriod | UnsetType | None,
        Meta(description="Period in which `max_uses` counts; null means ever, absent leaves it as it is."),
    ] = UNSET

    def __post_init__(self) -> None:
        """Refuse times out of reach."""
        check_years(self.valid_from, self.valid_until)


class Condition(Struct, frozen=True, kw_only=True):
    """A condition as it stands, also when it is past or revoked."""

    id: Annotated[UUID, Meta(description="Id of the condition (UUIDv7), by which it is changed, revoked and redeemed.")]
    customer_id: CustomerId
    title: Annotated[str, Meta(description="Short name of the condition, as staff read it.")]
    kind: Annotated[
        ConditionKind,
        Meta(description="What the condition grants, such as a discount, a special price or an entitlement."),
    ]
    terms: Annotated[
        Terms, Meta(description="What the customer gets, in exactly one form: percentage, amount or words.")
    ]
    scope: Annotated[Scope, Meta(description="Where the terms hold; an empty list leaves that side open.")]
    valid_from: Annotated[Timestamp, Meta(description="When it begins, an RFC 3339 time.")]
    valid_until: Annotated[
        Timestamp | None, Meta(description="When it ends, an RFC 3339 time; null when it has no end.")
    ]
    priority: Annotated[int, Meta(description="Order among conditions: higher numbers come first.")]
    stacking: Annotated[
        Stacking, Meta(description="`exclusive` conditions apply alone, `stack` ones together with others.")
    ]
    audiences: Annotated[
        tuple[Audience, ...], Meta(description="Who may see the condition: console, store, bot, partner, sales.")
    ]
    contract: Annotated[str | None, Meta(description="Number or name of the contract it comes from; null without one.")]
    max_uses: Annotated[
        int | None, Meta(description="How often it may be redeemed in each period; null means without limit.")
    ]
    max_uses_per: Annotated[
        UsePeriod | None,
        Meta(description="Period in which `max_uses` counts, in the company's time zone; null means ever."),
    ]
    created_at: Annotated[Timestamp, Meta(description="When it was granted, an RFC 3339 time.")]
    revoked_at: Annotated[
        Timestamp | None, Meta(description="When it was revoked, an RFC 3339 time; null while it was not.")
    ]


class RedemptionInput(RequestShape, frozen=True):
    """One use of a condition; the receipt number is its key. A till tells when it was, and whether it was `offline`."""

    receipt: Annotated[ShortText, Meta(description="Number of the receipt; the same one again is the same redemption.")]
    amount: Annotated[
        Decimal,
        Meta(
            description="Amount of money that the condition was worth, rounded to the decimals of its `currency`: two "
            "for EUR, none for JPY, three for KWD."
        ),
    ]
    currency: Annotated[Currency, Meta(description="ISO 4217 code of the amount, such as `EUR`.")]
    store: Annotated[ShortText | None, Meta(description="Code of the store; absent means that of the key.")] = None
    redeemed_at: Annotated[
        Timestamp | None, Meta(description="When it was redeemed, an RFC 3339 time; absent means now.")
    ] = None
    offline: Annotated[
        bool, Meta(description="True when the till granted it without a connection, from a snapshot.")
    ] = False

    def __post_init__(self) -> None:
        """Refuse what is no amount, times out of reach, and receipts that no path can name."""
        check_amount(self.amount, "amount")
        if not self.receipt.isprintable():
            raise ValueError("Expected printable characters in `receipt`")
        check_years(self.redeemed_at)


class Redemption(Struct, frozen=True, kw_only=True):
    """A recorded use; a voided one has given its use back. Only a late one can be `over_limit` or `not_valid`."""

    condition_id: Annotated[UUID, Meta(description="Id of the condition that was redeemed (UUIDv7).")]
    receipt: Annotated[str, Meta(description="Number of the receipt, which names the redemption.")]
    store: Annotated[str, Meta(description="Code of the store where it was redeemed.")]
    amount: Annotated[Decimal, Meta(description="Amount of money that the condition was worth, in `currency`.")]
    currency: Annotated[str, Meta(description="ISO 4217 code of the amount, such as `EUR`.")]
    redeemed_at: Annotated[Timestamp, Meta(description="When it was redeemed according to the till, an RFC 3339 time.")]
    recorded_at: Annotated[Timestamp, Meta(description="When the service recorded it, an RFC 3339 time.")]
    voided_at: Annotated[
        Timestamp | None, Meta(description="When it was voided, an RFC 3339 time; null while it counts.")
    ]
    late: Annotated[
        bool, Meta(description="True when it was granted offline, or reported more than 15 minutes after it.")
    ]
    over_limit: Annotated[bool, Meta(description="True when a late redemption exceeds `max_uses` of its period.")]
    not_valid: Annotated[
        bool, Meta(description="True when the condition did not hold at the time and place of a late redemption.")
    ]
