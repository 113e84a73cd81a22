"""What a till asks and what it is told: baskets, recognised customers and masked candidates."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from service.conditions.model import Condition, Scope, Terms
from service.conditions.money import MAX_AMOUNT, Currency, check_amount
from service.model.fields import ContextVersion, CustomerId
from service.model.interaction import IdentityClaim, RequestShape, ShortText, Timestamp
from service.model.vocabulary import ConditionKind, Stacking


class BasketLine(RequestShape, frozen=True):
    """One line of a basket; what is taken back is negative."""

    sku: Annotated[ShortText, Meta(description="The article's number in the shop's own system.")]
    category: Annotated[
        ShortText | None,
        Meta(description="The article's product category, which scopes name; absent when it has none."),
    ] = None
    brand: Annotated[
        ShortText | None, Meta(description="The article's brand, which scopes name; absent when it has none.")
    ] = None
    qty: Annotated[
        Decimal, Meta(description="Quantity in the article's own unit; negative for what is taken back.")
    ] = Decimal(1)
    unit_price: Annotated[
        Decimal, Meta(description="Price of one unit in the basket's currency, with up to four decimals.")
    ] = Decimal(0)

    def __post_init__(self) -> None:
        """Refuse what is no quantity or price."""
        check_amount(self.qty, "qty", minimum=-MAX_AMOUNT)
        check_amount(self.unit_price, "unit_price", minimum=-MAX_AMOUNT)


class Basket(RequestShape, frozen=True):
    """What is about to be paid."""

    currency: Annotated[Currency, Meta(description="ISO 4217 code of all prices, such as `EUR`.")]
    lines: Annotated[
        tuple[BasketLine, ...],
        Meta(min_length=1, max_length=1000, description="1 to 1000 articles that are about to be paid or taken back."),
    ]


class StoreLookup(RequestShape, frozen=True):
    """The customer at the till, by an identity or by the name that is said."""

    identity: Annotated[
        IdentityClaim | None,
        Meta(description="An identity that the customer says or shows; exactly one of this and `name`."),
    ] = None
    name: Annotated[
        ShortText | None,
        Meta(description="The name that the customer says; it gives masked candidates, never a match."),
    ] = None
    store: Annotated[ShortText | None, Meta(description="Code of the store; absent means that of the key.")] = None
    basket: Annotated[
        Basket | None, Meta(description="What is about to be paid; with it each condition says whether it applies.")
    ] = None

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

    token: Annotated[ShortText, Meta(description="Token of the candidate; it holds for five minutes and three tries.")]
    postal_code: Annotated[
        ShortText | None,
        Meta(description="The customer's postal code as said at the till; exactly one answer is given."),
    ] = None
    phone_last4: Annotated[
        ShortText | None, Meta(description="The last four digits of a telephone number of the customer.")
    ] = None
    birth_date: Annotated[
        ShortText | None, Meta(description="The customer's date of birth, in ISO 8601 or as day, month, year.")
    ] = None
    basket: Annotated[
        Basket | None, Meta(description="What is about to be paid; with it each condition says whether it applies.")
    ] = None

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
    """The customer at the till, as its screen may show it."""

    id: CustomerId
    display: Annotated[
        str, Meta(description="Initials for the screen of the till; the full name only for a loyalty card.")
    ]


class TillCondition(Struct, frozen=True, kw_only=True):
    """A condition at the till, without its contract; with a basket, whether it applies and why."""

    id: Annotated[UUID, Meta(description="Id of the condition (UUIDv7), by which it is redeemed.")]
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
    uses_left: Annotated[
        int | None, Meta(description="Redemptions left in the current period; null means without limit.")
    ]
    applies: Annotated[
        bool | UnsetType, Meta(description="Whether it applies to the basket; absent when no basket was sent.")
    ] = UNSET
    because: Annotated[
        str | UnsetType,
        Meta(description="Why it applies or not, a sentence for staff; absent when no basket was sent."),
    ] = UNSET


class TillMatch(Struct, frozen=True, kw_only=True, tag_field="match", tag="exact"):
    """The customer that the till asked for, with the conditions in force there; never any contact data."""

    customer: Annotated[TillCustomer, Meta(description="The customer that was found, with no contact data.")]
    conditions: Annotated[
        tuple[TillCondition, ...],
        Meta(description="The conditions in force in this store, the highest priority first."),
    ]
    version: ContextVersion


class TillCandidate(Struct, frozen=True, kw_only=True):
    """A customer who may be meant: a hint without a name, and what can be asked to confirm it."""

    token: Annotated[
        str, Meta(description="Stands for the candidate when a detail is confirmed; it holds for five minutes.")
    ]
    hint: Annotated[str, Meta(description="A masked description for the employee, without a name.")]
    confirm: Annotated[
        tuple[ConfirmationFactor, ...],
        Meta(description="The details that the customer can be asked for, any one of which confirms."),
    ]


class TillCandidates(Struct, frozen=True, kw_only=True, tag_field="match", tag="candidates"):
    """The customers that a name may mean."""

    candidates: Annotated[
        tuple[TillCandidate, ...], Meta(description="At most five customers that may be meant, the likeliest first.")
    ]
