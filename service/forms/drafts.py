"""Forms: filled with what is known, and saved while they are typed, so that no customer types anything twice."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, Struct
from msgspec.structs import replace

from service.context.disclosure import VisibleFact
from service.context.guidance.texts import ShownNotice
from service.context.reader import ContextReader
from service.context.views import ViewName
from service.db.batcher import result_or_raise
from service.db.change import DropViews
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.db.statements import Statements
from service.errors import CustomerRestricted, CustomerUnknown, InvalidInput
from service.forms import tokens as form_tokens
from service.forms.tokens import FormVisit
from service.model.fields import ContextVersion
from service.model.interaction import (
    ConversationHint,
    FactName,
    InteractionContent,
    Participant,
    RequestShape,
    ShortText,
)
from service.model.vocabulary import Channel, Direction, InteractionKind, ParticipantRole
from service.registration.model import Submission
from service.registration.sources import HouseSource
from service.registration.transaction import register_in_transaction
from service.timeline import facts

SQL = Statements("service.forms", "drafts")

Text = Annotated[str, Meta(max_length=10_000)]
FieldValue = Text | bool | int | float | Annotated[list[Text], Meta(max_length=200)] | None
"""What a field holds; null, "" or [] when it was emptied."""


class DraftInput(RequestShape, frozen=True):
    """The answers that changed since the last save."""

    token: Annotated[
        ShortText,
        Meta(description="The page's form token; it is for one form, for 15 minutes or until a submit."),
    ]
    save: Annotated[
        str,
        Meta(
            min_length=1, max_length=100, description="The page's own id of this save; the same one again counts once."
        ),
    ]
    values: Annotated[
        dict[FactName, FieldValue],
        Meta(
            max_length=100,
            description="Answers that changed since the last save, by field; null, an empty text or list empties one.",
        ),
    ]


class DraftSaved(Struct, frozen=True, kw_only=True):
    """What became of a save: it is durable, and was so before if it is a duplicate."""

    save: Annotated[str, Meta(description="The id that the page gave to this save.")]
    duplicate: Annotated[bool, Meta(description="True when this save was stored before.")]
    version: ContextVersion


class Prefill(Struct, frozen=True, kw_only=True):
    """What the page need not ask, and what it must."""

    known: Annotated[
        dict[str, VisibleFact],
        Meta(description="Values that the page need not ask for, by field name, without their sources."),
    ]
    ask: Annotated[list[str], Meta(description="Names of the fields that are not known, in the order of the form.")]
    notices: Annotated[
        tuple[ShownNotice, ...],
        Meta(description="What the page tells its visitor now, in the nearest language to Accept-Language."),
    ] = ()


class PrefillResult(Struct, frozen=True, kw_only=True):
    """A prefill, the key that reads it, and the customer shown: None if it holds only what was typed in this visit."""

    prefill: Prefill
    key_id: UUID
    shown_customer_id: UUID | None
    version: int | None


class _FormViewFields(Struct, frozen=True):
    """The part of a view that a form needs."""

    known: dict[str, VisibleFact]


_view_decoder = msgspec.json.Decoder(_FormViewFields)


async def read_prefill(
    database: Database, reader: ContextReader, form: str, token: str, *, now: datetime
) -> PrefillResult:
    """What this page may be filled with. FormTokenRefused if the token is not one for it.

    The customer's known values are shown only to a visitor with proof of an identity of theirs, and through a claimed
    link those that were said with that identity; a visitor with a mere claim gets back the input of this very visit and
    what was said in the conversation that shows the form.
    """
    async with database.connection() as connection:
        visit = await form_tokens.read_form_visit(connection, form, token, now)
    said = {
        name: VisibleFact(value=Raw(msgspec.json.encode(fact.value)), channel=Channel.WEB, at=fact.at, verified=False)
        for name, fact in visit.said.items()
    }
    if not visit.is_identified or visit.customer_id is None:
        return _prefill_result(visit, said)
    try:
        if visit.claim is None or visit.has_proven_link:
            answer = await reader.read_by_id(visit.customer_id, ViewName.BOT_IDENTIFIED, now=now)
        else:
            answer = await reader.read_by_identity(*visit.claim.identity, ViewName.BOT_IDENTIFIED, now=now)
    except (CustomerRestricted, CustomerUnknown):  # of whom nothing is shown, or who was erased a moment ago
        return _prefill_result(visit, {})
    known = _view_decoder.decode(answer.body).known
    withheld = {name: said[name] for name, fact in known.items() if fact.withheld is not UNSET and name in said}
    return _prefill_result(visit, known | withheld, shown_customer_id=answer.customer_id, version=answer.version)


def _prefill_result(
    visit: FormVisit,
    known: dict[str, VisibleFact],
    *,
    shown_customer_id: UUID | None = None,
    version: int | None = None,
) -> PrefillResult:
    return PrefillResult(
        prefill=Prefill(
            known={name: replace(known[name], source=UNSET) for name in visit.fields if name in known},
            ask=[name for name in visit.fields if name not in known],
        ),
        key_id=visit.key_id,
        shown_customer_id=shown_customer_id,
        version=version,
    )


async def save_draft(
    database: Database,
    drop_views: DropViews,
    form: str,
    draft: DraftInput,
    *,
    submitted: bool,
    reopen: timedelta,
    now: datetime,
) -> DraftSaved:
    """Register what was typed, each save once; an emptied field is known no longer. FormTokenRefused as in prefill.

    The token of what was `submitted` is done.
    """

    async def register_draft(connection: Connection) -> tuple[UUID, DraftSaved]:
        visit = await form_tokens.read_form_visit(connection, form, draft.token, now)
        _check_names(draft.values, visit.fields)
        if submitted:
            await form_tokens.end_form_visit(connection, draft.token, now)
        emptied = [name for name, value in draft.values.items() if value in (None, "", [])]
        batch = await register_in_transaction(
            connection, [_draft_submission(visit, draft, emptied, submitted=submitted, now=now)], now=now, reopen=reopen
        )
        one = result_or_raise(batch.results[0])
        version = one.version
        if emptied and not one.duplicate:
            await connection.execute(SQL.remove_conversation_facts, one.conversation_id, emptied)
            if visit.may_delete_facts:
                customer_id = visit.customer_id or one.customer_id
                version = await _delete_facts(connection, visit, customer_id, emptied, now) or version
        return one.customer_id, DraftSaved(save=draft.save, duplicate=one.duplicate, version=version)

    customer_id, saved = await run_with_retry(database, register_draft)
    if not saved.duplicate:
        await drop_views([customer_id])
    return saved


def _check_names(values: Collection[str], fields: Collection[str]) -> None:
    for name in values:
        if name not in fields:
            raise InvalidInput(field=f"values.{name}", message="The token is not for this field.")


def _draft_submission(
    visit: FormVisit, draft: DraftInput, emptied: list[str], *, submitted: bool, now: datetime
) -> Submission:
    interaction = InteractionContent(
        source=HouseSource.FORMS,
        source_event_id=f"{visit.form}:{visit.draft}:{draft.save}",
        occurred_at=now,
        channel=Channel.WEB,
        kind=InteractionKind.FORM,
        direction=Direction.INBOUND,
        assurance=visit.assurance,
        conversation=ConversationHint(ref=visit.draft, subject=visit.subject),
        participant=Participant(role=ParticipantRole.CUSTOMER),
        facts={name: value for name, value in draft.values.items() if name not in emptied},
        data={"form": visit.form, "submitted": submitted, "emptied": emptied},
    )
    if visit.claim is not None:
        return Submission(interaction, (visit.claim,), visit.key_id, space_id=visit.space_id)
    return Submission(interaction, (), visit.key_id, visit.customer_id, space_id=visit.space_id)


async def _delete_facts(
    connection: Connection, visit: FormVisit, customer_id: UUID, emptied: list[str], now: datetime
) -> int | None:
    """These facts are known no longer; gives the version that shows it, None if none was known."""
    version = None
    for row in await connection.fetch(SQL.find_known, customer_id, emptied):
        change = await facts.delete_fact(
            connection, customer_id, row["name"], now=now, key_id=visit.key_id, by_person=False
        )
        version = change.version
    return version
