"""Who may see what: a canary sits in every field of the records, and each view is searched for it."""

from datetime import datetime
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
import pytest
from msgspec import Raw, Struct

from service.context.content import Context
from service.context.model import CustomerRecords, StatedFactRecord
from service.context.projection import project_context
from service.context.views import ViewName, audience_of, render_views, view_name_for
from service.errors import CustomerUnknown, RoleNotAllowed
from service.model.vocabulary import Assurance, Audience, ConversationStatus, InteractionKind, Role
from tests.context.records import BERLIN, an_id, condition, context, conversation, customer, days_ago, json
from tests.fixtures import NOW

BOTS = {
    "CustomerRecord.customer_id", "CustomerRecord.language",
    "ConditionRecord.condition_id", "ConditionRecord.title", "ConditionRecord.terms", "ConditionRecord.scope",
    "FactRecord.name", "FactRecord.value", "FactRecord.source",
    "ConversationRecord.conversation_id", "ConversationRecord.subject", "ConversationRecord.facts", "StatedFactRecord.value",
    "waiting", "AttemptRecord.what",
    "HandoffRecord.handoff_id", "CallbackRecord.callback_id", "CallbackRecord.conversation_id",
}  # fmt: skip
CONSOLES = BOTS | {
    "CustomerRecord.name", "CustomerRecord.communication_style", "CustomerRecord.segments", "IdentityRecord.value",
    "IdentityRecord.source", "IdentityRecord.proven_by",
    "ConditionRecord.contract",
    "InteractionRecord.interaction_id", "InteractionRecord.conversation_id", "InteractionRecord.source",
    "InteractionRecord.language", "InteractionRecord.text", "Participant.id", "Participant.name",
    "DetailsRecord.facts", "DetailsRecord.asks", "AttemptReport.what", "resolved",
    "HandoffRecord.given_by", "HandoffRecord.queue", "HandoffRecord.agent", "HandoffRecord.reason_code",
    "HandoffRecord.reason_text", "HandoffRecord.taken_by",
    "CallbackRecord.handoff_id", "CallbackRecord.phone", "CallbackRecord.reason", "CallbackRecord.preferred_agent",
    "CallbackRecord.end_reason", "CustomerRecord.channel_wishes",
    "InvalidNumber.phone",
}  # fmt: skip
STORES = {
    "CustomerRecord.customer_id", "ConversationRecord.conversation_id", "waiting",
    "ConditionRecord.condition_id", "ConditionRecord.title", "ConditionRecord.terms", "ConditionRecord.scope",
}  # fmt: skip
PARTNERS = BOTS | {
    "HandoffRecord.queue", "HandoffRecord.agent", "HandoffRecord.reason_code", "HandoffRecord.reason_text",
    "HandoffRecord.taken_by", "CallbackRecord.reason",
}  # fmt: skip
MARKETERS = {
    "CustomerRecord.customer_id",
    "CustomerRecord.language",
    "CustomerRecord.segments",
    "CustomerRecord.channel_wishes",
}
SELLERS = MARKETERS | {
    "CustomerRecord.name",
    "ConditionRecord.condition_id", "ConditionRecord.title", "ConditionRecord.terms", "ConditionRecord.scope",
    "ConversationRecord.conversation_id", "ConversationRecord.subject",
    "CallbackRecord.callback_id", "CallbackRecord.conversation_id",
    "InteractionRecord.interaction_id", "InteractionRecord.conversation_id",
}  # fmt: skip
PARTNER = view_name_for(Audience.PARTNER, queue="<HandoffRecord.queue>")
SEEN: dict[str, set[str]] = {
    ViewName.CONSOLE: CONSOLES,
    ViewName.BOT: BOTS,
    ViewName.BOT_IDENTIFIED: BOTS,
    ViewName.STORE: STORES,
    ViewName.STORE_KNOWN: STORES | {"CustomerRecord.name"},
    PARTNER: PARTNERS,
    ViewName.SALES: SELLERS,
    ViewName.MARKETING: MARKETERS,
}


class Canaries:
    """Records in which every text, id and JSON value is one of a kind."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def of(self, shape: type[Struct]) -> Any:
        """A struct with a canary in each of its fields."""
        hints = get_type_hints(shape, include_extras=False)
        return shape(**{name: self.value(hint, f"{shape.__name__}.{name}") for name, hint in hints.items()})

    def value(self, hint: Any, place: str) -> Any:
        while get_origin(hint) in {UnionType, Union, Annotated}:
            hint = get_args(hint)[0]
        if get_origin(hint) is tuple:
            return (self.value(get_args(hint)[0], place),)
        if get_origin(hint) is dict:
            return {canary(place): self.value(get_args(hint)[1], place)}
        return self.leaf(hint, place)

    def leaf(self, hint: Any, place: str) -> Any:
        if issubclass(hint, StrEnum):
            return next(iter(hint))
        if issubclass(hint, Struct):
            return self.of(hint)
        if hint is UUID:
            found = an_id()
            self.ids[str(found)] = canary(place)
            return found
        values = {str: canary(place), Raw: json({"x": canary(place)}), datetime: NOW, int: 1, float: 1.0, bool: True}
        return values[hint]


def canary(place: str) -> str:
    return f"<{place}>"


@pytest.fixture(scope="module")
def views() -> dict[str, str]:
    """Every view of such records, ids replaced by their canaries."""
    canaries = Canaries()
    records = canaries.of(CustomerRecords)
    replace = msgspec.structs.replace
    matter = records.conversations[0]
    facts = matter.facts | {"pickup_store": StatedFactRecord(value=json("<waiting>"), at=NOW)}
    records = replace(
        records,
        conditions=(
            replace(records.conditions[0], audiences=tuple(Audience), valid_until=None, revoked_at=None),
            condition(title="<for nobody>", audiences=()),
            condition(title="<over>", valid_until=NOW),
        ),
        conversations=(
            replace(matter, facts=facts, status=ConversationStatus.OPEN),
            conversation("resolved", subject="<resolved>", facts={"pickup_store": "<fetched>"}),
        ),
        recent=(replace(records.recent[0], kind=InteractionKind.CONCERN),),
        handoffs=(replace(records.handoffs[0], conversation_id=matter.conversation_id, ended_at=None),),
        callbacks=(replace(records.callbacks[0], queue="<HandoffRecord.queue>", ended_at=None),),
    )
    rendered = {
        view: body.decode() for view, body in render_views(project_context(records, now=NOW, zone=BERLIN)).items()
    }
    for found, place in canaries.ids.items():
        rendered = {view: body.replace(found, place) for view, body in rendered.items()}
    return rendered


@pytest.mark.parametrize("view", SEEN)
@pytest.mark.promise("S2")
def test_a_view_holds_the_fields_of_its_audience_and_not_one_more(views, view):
    places = {f"{shape}.{name}" for shape, name in every_field(CustomerRecords)}
    places |= {"waiting", "resolved", "fetched", "for nobody", "over"}
    expected = SEEN[view] | ({"fetched"} if view is ViewName.CONSOLE else set())
    assert {place for place in places if canary(place) in views[view]} == expected


def every_field(shape: Any) -> set[tuple[str, str]]:
    """Every (struct, field) that can be reached from a struct."""
    found: set[tuple[str, str]] = set()
    for part in (shape, *get_args(shape)):
        if isinstance(part, type) and issubclass(part, Struct):
            for name, hint in get_type_hints(part).items():
                found |= {(part.__name__, name)} | every_field(hint)
        elif part is not shape:
            found |= every_field(part)
    return found


@pytest.mark.promise("S2")
def test_a_field_that_is_added_to_the_context_reaches_nobody():
    class Leaky(Context, frozen=True, kw_only=True):
        secret: str = "leaked"

    known = context()
    leaky = Leaky(**{name: getattr(known, name) for name in Context.__struct_fields__})
    assert not any(b"leaked" in body for body in render_views(leaky).values())


@pytest.mark.promise("S2")
def test_a_condition_is_seen_by_its_audiences_alone():
    bodies = render_views(context(conditions=(condition(title="for shops", audiences=(Audience.STORE,)),)))
    assert [view for view, body in bodies.items() if b"for shops" in body] == [ViewName.STORE, ViewName.STORE_KNOWN]


def test_a_till_sees_initials_until_the_customer_shows_a_card():
    bodies = render_views(context(customers=(customer(name="Anna-Lena Müller"),)))
    names = [msgspec.json.decode(bodies[view])["customer"]["name"] for view in (ViewName.STORE, ViewName.STORE_KNOWN)]
    assert names == ["A. L. M.", "Anna-Lena Müller"]


def test_a_till_sees_no_name_of_a_customer_without_one():
    bodies = render_views(context(customers=(customer(name=None),)))
    assert msgspec.json.decode(bodies[ViewName.STORE])["customer"]["name"] is None


@pytest.mark.parametrize(
    ("assurance", "view"),
    [
        ("none", ViewName.STORE),
        ("claimed", ViewName.STORE),
        ("possession", ViewName.STORE_KNOWN),
        ("verified", ViewName.STORE_KNOWN),
    ],
)
def test_a_till_gets_the_view_that_fits_how_sure_it_is(assurance, view):
    assert view_name_for(Audience.STORE, Assurance(assurance)) is view


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_view_or_none(role):
    same = {Role.SALES: ViewName.SALES, Role.MARKETING: ViewName.MARKETING}
    expected = same | {
        "admin": ViewName.CONSOLE,
        "console": ViewName.CONSOLE,
        "bot": ViewName.BOT,
        "store": ViewName.STORE,
    }
    try:
        assert view_name_for(audience_of(role)) is expected[role]
    except RoleNotAllowed:
        assert role in {Role.CHANNEL, Role.PRIVACY}
    except CustomerUnknown:
        assert role is Role.PARTNER


def test_the_console_view_has_the_fields_of_the_contract_in_its_order():
    view = msgspec.json.decode(render_views(context(conditions=(condition(),)))[ViewName.CONSOLE])
    contract = [
        "schema", "version", "as_of", "customer", "identities", "conditions", "known", "conversations", "recent",
        "handoffs", "callbacks", "signals", "included",
    ]  # fmt: skip
    assert [name for name in view if name in contract] == contract
    assert set(view["conditions"][0]) >= {
        "id", "title", "kind", "terms", "scope", "valid_from", "valid_until", "contract", "priority",
    }  # fmt: skip


def test_content_passes_through_byte_for_byte():
    terms = Raw(b'{"amount": 500.00, "currency": "EUR"}')
    assert (
        bytes(terms)
        in render_views(context(conditions=(condition(terms=terms, valid_from=days_ago(2)),)))[ViewName.STORE]
    )
