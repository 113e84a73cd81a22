"""The projection: a pure function from the records of a customer to the context at a moment."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Raw
from msgspec.json import encode

from service.conditions.rules import period_containing
from service.context.content import (
    Context,
    ContextCondition,
    ContextConversation,
    ContextCustomer,
    ContextFact,
    IncludedInteractions,
    PickUp,
    RecentInteraction,
)
from service.context.handed_over import entitlement_ends, open_callbacks, open_handoffs, queue_entitlements
from service.context.model import (
    ANSWER_HOLDS,
    ConditionRecord,
    ConversationRecord,
    CustomerRecord,
    CustomerRecords,
    DetailsRecord,
    FactRecord,
    IdentityRecord,
    InteractionRecord,
)
from service.context.signals import SIGNAL_WINDOW, compute_signals, without_conclusions
from service.identity.golden.own import known_values, own_candidates
from service.identity.golden.spelling import text_of
from service.identity.golden.survive import Choice, choose_golden
from service.identity.preferences import MemberPreferences, combine_preferences
from service.model.vocabulary import Assurance, Channel, ConversationStatus, Direction, Purpose

MAX_UNRESOLVED = 20
MAX_RESOLVED = 5
MAX_TEXT_CHARS = 1000
"""Characters of an interaction's text that are shown."""
PICK_UP_STORE = "pickup_store"
"""The fact that says in which shop the goods of a conversation wait until it is resolved."""
_NO_DETAILS = DetailsRecord()
_NULL = Raw(b"null")
Value = TypeVar("Value")


def project_context(records: CustomerRecords, *, now: datetime, zone: ZoneInfo) -> Context:
    """The context at `now`; `zone` is where the days and months lie in which conditions may be used so often."""
    conversations = [_conversation(one) for one in shown_conversations(records.conversations)]
    preferences = combine_preferences(map(_member_preferences, records.customers), now)
    golden, refused = _golden_choices(records), records.refused
    signals = compute_signals(records, conversations, now=now)
    return Context(
        version=records.customers[0].version,
        as_of=now,
        customer=_customer(records, golden, preferences.preferred_channel),
        preferences=preferences,
        identities=tuple(sorted(records.identities, key=_strongest_first)),
        conditions=tuple(_condition(one) for one in conditions_in_force(records.conditions, now)),
        known=dict(_golden_facts(newest_facts(records.facts), golden)),
        conversations=tuple(conversations),
        recent=tuple(_recent_interaction(one, moods=Purpose.PROFILING not in refused) for one in records.recent),
        recent_at=tuple(one.occurred_at for one in records.recent),
        handoffs=tuple(open_handoffs(records.handoffs)),
        callbacks=tuple(open_callbacks(records.callbacks)),
        invalid_numbers=records.invalid_numbers,
        answered_rules=records.answered_rules,
        signals=without_conclusions(signals) if Purpose.PROFILING in refused else signals,
        included=IncludedInteractions(
            interactions=len(records.recent), of=sum(customer.interactions for customer in records.customers)
        ),
        pick_ups=tuple(_pick_ups(conversations)),
        entitlements=tuple(queue_entitlements(records, now)),
        member_ids=tuple(customer.customer_id for customer in records.customers),
        refused=refused,
        valid_until=min((at for at in _change_times(records, now, zone) if at > now), default=None),
    )


def _change_times(records: CustomerRecords, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every moment, past ones too, at which the content changes or changed by time alone."""
    for condition in records.conditions:
        yield condition.valid_from
        ends = (condition.valid_until, condition.revoked_at)
        renewal = period_containing(condition.max_uses_per, now, zone).end if condition.max_uses is not None else None
        yield from (at for at in (*ends, renewal) if at is not None)
    for at in (*records.contacts, *records.dropped_calls):
        yield at + SIGNAL_WINDOW
    for customer in records.customers:
        yield from (one.until for one in customer.do_not_contact or () if one.until is not None)
    yield from (one.at + ANSWER_HOLDS for one in records.answered_rules)
    yield from entitlement_ends(records)


def _member_preferences(member: CustomerRecord) -> MemberPreferences:
    return MemberPreferences(
        preferred_channel=member.preferred_channel,
        channel_wishes=member.channel_wishes,
        do_not_contact=member.do_not_contact,
        consents=member.consents,
    )


def _customer(
    records: CustomerRecords, golden: Mapping[str, Choice], preferred_channel: Channel | None
) -> ContextCustomer:
    """The survivor; what it lacks, the other members give. Its name and language are golden if sources say any."""
    members = records.customers
    profiled = Purpose.PROFILING not in records.refused
    segments = (segment for member in members for segment in member.segments if profiled)
    return ContextCustomer(
        id=members[0].customer_id,
        name=_golden_text(golden, "full") or _first_present(member.name for member in members),
        language=_golden_text(golden, "language") or _first_present(member.language for member in members),
        since=min(member.since for member in members),
        segments=tuple(dict.fromkeys(segments)),
        preferred_channel=preferred_channel,
        communication_style=_first_present(member.communication_style for member in members),
        assurance=_latest_assurance(records.recent),
    )


def _golden_choices(records: CustomerRecords) -> Mapping[str, Choice]:
    """What stands of each field; nothing for a customer of whom no source says anything and nothing is pinned."""
    if not records.golden_statements:
        return {}
    own = own_candidates(records.customers, records.facts, records.golden_statements)
    return choose_golden((*records.golden_statements, *own), records.survivorship)


def _golden_text(golden: Mapping[str, Choice], field: str) -> str | None:
    return text_of(golden[field].values[0].best.value) if field in golden else None


def _golden_facts(known: Mapping[str, ContextFact], golden: Mapping[str, Choice]) -> Iterator[tuple[str, ContextFact]]:
    """The facts by name, with those of the golden record in place of what was said otherwise."""
    stands = {name: (value, best) for name, value, best in known_values(golden)}
    for name in sorted(known.keys() | stands.keys()):
        if name not in stands:
            yield name, known[name]
            continue
        value, best = stands[name]
        if value is not None:
            yield (
                name,
                ContextFact(
                    value=Raw(encode(value)),
                    source=best.source,
                    channel=None,
                    at=best.stated_at,
                    verified=best.verified,
                ),
            )


def _first_present(values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value is not None), None)


def _latest_assurance(newest_first: Iterable[InteractionRecord]) -> Assurance:
    """That of the newest touchpoint in which the customer turned to us; `none` if it was not lately."""
    inbound = (one.assurance for one in newest_first if one.direction is Direction.INBOUND)
    return next(inbound, Assurance.NONE)


def _strongest_first(identity: IdentityRecord) -> tuple[bool, int, str]:
    return (not identity.verified, identity.kind.rank, identity.value)


def conditions_in_force(conditions: Iterable[ConditionRecord], now: datetime) -> list[ConditionRecord]:
    """Those granted, begun, not over and not revoked at `now`; the highest priority first."""
    return sorted(
        (
            one
            for one in conditions
            if one.valid_from <= now
            and (one.valid_until is None or now < one.valid_until)
            and (one.revoked_at is None or now < one.revoked_at)
        ),
        key=lambda one: (-one.priority, one.valid_from, one.condition_id),
    )


def _condition(record: ConditionRecord) -> ContextCondition:
    return ContextCondition(
        id=record.condition_id,
        title=record.title,
        kind=record.kind,
        terms=record.terms,
        scope=record.scope,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
        contract=record.contract,
        priority=record.priority,
        stacking=record.stacking,
        uses_left=None if record.max_uses is None else max(record.max_uses - record.uses, 0),
        audiences=record.audiences,
    )


def newest_facts(facts: Iterable[FactRecord]) -> dict[str, ContextFact]:
    """The value of each fact over the merge set, by name: what a person vouched for, else the newest.

    Of two of one time, what was corrected counts. A null is no value: one of the set knows the fact no longer, which
    counts as long as nobody has said it since.
    """
    newest = {one.name: one for one in sorted(facts, key=_fact_order)}
    return {
        name: ContextFact(value=one.value, source=one.source, channel=one.channel, at=one.at, verified=one.verified)
        for name, one in newest.items()
        if one.value != _NULL
    }


def _fact_order(fact: FactRecord) -> tuple[str, bool, datetime, bool, int, bytes]:
    return (fact.name, fact.vouched, fact.at, fact.channel is None, fact.version, bytes(fact.value))


def shown_conversations(conversations: Iterable[ConversationRecord]) -> list[ConversationRecord]:
    """Up to 20 unresolved ones, the latest activity first, then the 5 resolved last."""
    newest = sorted(conversations, key=lambda one: (one.last_at, one.conversation_id), reverse=True)
    unresolved = [one for one in newest if one.status is not ConversationStatus.RESOLVED]
    resolved = sorted(
        (one for one in newest if one.status is ConversationStatus.RESOLVED),
        key=lambda one: one.resolved_at or one.last_at,
        reverse=True,
    )
    return unresolved[:MAX_UNRESOLVED] + resolved[:MAX_RESOLVED]


def _conversation(record: ConversationRecord) -> ContextConversation:
    return ContextConversation(
        id=record.conversation_id,
        subject=record.subject,
        status=record.status,
        channels=record.channels,
        opened_at=record.opened_at,
        last_at=record.last_at,
        interactions=record.interactions,
        facts={name: stated.value for name, stated in sorted(record.facts.items())},
        attempts=tuple(sorted(record.attempts, key=lambda one: (one.at, one.what))),
        transfers=record.transfers,
    )


def _pick_ups(conversations: Iterable[ContextConversation]) -> Iterator[PickUp]:
    for one in conversations:
        if one.status is not ConversationStatus.RESOLVED and PICK_UP_STORE in one.facts:
            yield PickUp(
                conversation_id=one.id,
                store=one.facts[PICK_UP_STORE],
                order_number=one.facts.get("order_number", _NULL),
                since=one.opened_at,
            )


def _recent_interaction(record: InteractionRecord, *, moods: bool) -> RecentInteraction:
    details = record.details or _NO_DETAILS
    return RecentInteraction(
        id=record.interaction_id,
        occurred_at=details.stated_at or record.occurred_at,
        channel=record.channel,
        kind=record.kind,
        direction=record.direction,
        conversation_id=record.conversation_id,
        source=record.source,
        participant=details.participant,
        text=record.text and record.text[:MAX_TEXT_CHARS],
        text_cut=record.text is not None and len(record.text) > MAX_TEXT_CHARS,
        language=record.language,
        facts=details.facts,
        asks=details.asks,
        attempt=details.attempt,
        outcome=record.outcome,
        mood=record.mood if moods else None,
        rating=details.rating,
        answered=details.answered,
        version=record.version,
    )
