"""The parts of an export: names that people understand, and what belongs under what.

Every table of the data map with columns for the export has a place; one that nobody named stands under its own name.
"""

from collections.abc import Iterable

from msgspec import Struct

from service.privacy.map.model import MappedTable
from service.privacy.map.tables import TABLES

NAMES = {
    "customer": "customer",
    "identity": "identities",
    "invalid_number": "invalid_numbers",
    "mail_undeliverable": "undeliverable_addresses",
    "conversation": "conversations",
    "interaction": "interactions",
    "fact": "stated_facts",
    "fact_history": "earlier_facts",
    "attempt": "attempts",
    "handoff": "handoffs",
    "callback": "callbacks",
    "live_call": "calls_under_way",
    "condition": "conditions",
    "redemption": "redemptions",
    "consent": "consents",
    "restriction": "restrictions",
    "privacy_request": "requests",
    "privacy_request_step": "steps",
    "source_record": "source_records",
    "customer_value": "source_values",
    "golden_pin": "decided_values",
    "segment_member": "segments",
    "segment_undecided": "undecided_segments",
    "customer_risk": "risk",
    "risk_episode": "earlier_risks",
    "risk_action": "actions_on_risks",
    "customer_match": "matches",
    "match_decision": "decisions_on_matches",
    "journey_note": "journey_notes",
    "journey_border": "journey_borders",
    "journey_decision": "journey_decisions",
    "advice_outcome": "advice",
    "survey": "surveys",
    "agent_draft": "drafts_of_agents",
    "change_audit": "changes",
    "change_note": "notes_on_changes",
    "read_audit": "reads",
}
"""Table -> part of the export, in the order of the export."""
UNDER_CONVERSATION = {"interaction", "fact", "fact_history", "attempt", "handoff", "callback", "survey"}
PARENTS = {
    **dict.fromkeys(UNDER_CONVERSATION, ("conversation", "conversation_id")),
    "redemption": ("condition", "condition_id"),
    "privacy_request_step": ("privacy_request", "request_id"),
}
"""Table -> the table that its rows stand under, and the column that says under which row."""
_UNSAID = {"store_candidate", "opened_card"}
"""Tables of which the export would have nothing but that an agent did something for minutes."""


class ExportSection(Struct, frozen=True, kw_only=True):
    """One table's part of an export."""

    name: str
    table: MappedTable
    columns: tuple[str, ...]
    """What is exported, in the map's order."""
    parent: str | None
    """Name of the part that its records stand under."""
    key: str | None
    """The column that tells under which record."""


def export_sections(tables: Iterable[MappedTable] = TABLES) -> list[ExportSection]:
    """The parts in the order in which they are shown."""
    by_name = {one.name: one for one in tables if one.rows_of is not None and one.name not in _UNSAID}
    order = [name for name in NAMES if name in by_name]
    order += [name for name in by_name if name not in NAMES]
    sections = [_section(by_name[name]) for name in order]
    return [one for one in sections if one.columns]


def _section(table: MappedTable) -> ExportSection:
    parent, key = PARENTS.get(table.name, (None, None))
    return ExportSection(
        name=NAMES.get(table.name, table.name),
        table=table,
        columns=tuple(name for name, one in table.columns.items() if one.in_export),
        parent=None if parent is None else NAMES[parent],
        key=key,
    )
