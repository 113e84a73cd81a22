"""What a till asks and what it is told: baskets, recognised customers and masked candidates."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from service.conditions.model import MAX_AMOUNT, Condition, Currency, Scope, Terms, check_amount
from service.model.interaction import IdentityClaim, RequestShape, ShortText
from service.model.vocabulary import ConditionKind, Stacking


class BasketLine(RequestShape, frozen=True):
    """One line of a basket; what is taken back is negative."""

    sku: ShortText
    category: ShortText | None = None
    brand: ShortText | None = None
    qty: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Refuse what is no quantity or price."""
        check_amount(self.qty, minimum=-MAX_AMOUNT)
        check_amount(self.unit_price, minimum=-MAX_AMOUNT)


class Basket(RequestShape, frozen=True):
    """What is about to be paid."""

    currency: Currency
    lines: Annotated[tuple[BasketLine, ...], Meta(min_length=1, max_length=1000)]


class StoreLookup(RequestShape, frozen=True):
    """Who stands at the till: by an identity, or by the name that she says. `store` unless the key belongs to one."""

    identity: IdentityClaim | None = None
    name: ShortText | None = None
    store: ShortText | None = None
    basket: Basket | None = None

    def __post_init__(self) -> None:
        """Refuse both at once, and neither."""
        if (self.identity is None) is (self.name is None):
            raise ValueError("Expected exactly one of `identity`, `name`")


class ConfirmationFactor(StrEnum):
    """What a customer can be asked for, to confirm the name."""

    POSTAL_CODE = "postal_code"
    PHONE_LAST4 = "phone_last4"
    BIRTH_DATE = "birth_date"


class Confirmation(RequestShape, frozen=True):
    """The customer's answer to one question that a candidate offers."""

    token: ShortText
    postal_code: ShortText | None = None
    phone_last4: ShortText | None = None
    birth_date: ShortText | None = None
    basket: Basket | None = None

    def __post_init__(self) -> None:
        """Refuse several answers at once, and none."""
        if sum(answer is not None for answer in (self.postal_code, self.phone_last4, self.birth_date)) != 1:
            raise ValueError("Expected exactly one of `postal_code`, `phone_last4`, `birth_date`")

    @property
    def answer(self) -> tuple[ConfirmationFactor, str]:
        """What was asked, and what the customer said."""
        return next((factor, said) for factor in ConfirmationFactor if (said := getattr(self, factor)) is not None)


class HeldCondition(Condition, frozen=True, kw_only=True):
    """A condition with how often it was redeemed in its current period."""

    used: int


class CustomerAtTill(Struct, frozen=True, kw_only=True):
    """A customer as the records know them for a till; conditions with the highest priority first."""

    customer_id: UUID
    version: int
    name: str | None
    held: tuple[HeldCondition, ...]


class TillCustomer(Struct, frozen=True, kw_only=True):
    """Whom the till has before it; `display` is initials, and the name only for a card that she holds."""

    id: UUID
    display: str


class TillCondition(Struct, frozen=True, kw_only=True):
    """A condition at the till; with a basket, whether it applies and why."""

    id: UUID
    title: str
    kind: ConditionKind
    terms: Terms
    scope: Scope
    valid_from: datetime
    valid_until: datetime | None
    contract: str | None
    priority: int
    stacking: Stacking
    uses_left: int | None
    applies: bool | UnsetType = UNSET
    because: str | UnsetType = UNSET


class TillMatch(Struct, frozen=True, kw_only=True, tag_field="match", tag="exact"):
    """The customer the till asked for, with the conditions in force there; no contact data, ever."""

    customer: TillCustomer
    conditions: tuple[TillCondition, ...]
    version: int


class TillCandidate(Struct, frozen=True, kw_only=True):
    """Somebody who may be meant: a hint without a name, and what can be asked to confirm it."""

    token: str
    hint: str
    confirm: tuple[ConfirmationFactor, ...]


class TillCandidates(Struct, frozen=True, kw_only=True, tag_field="match", tag="candidates"):
    """Who may be meant by a name, the likeliest first, at most five."""

    candidates: tuple[TillCandidate, ...]
