"""What an agent does from the page of a customer: notes, attempts, corrections, handoffs and promised calls."""

from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.status_codes import HTTP_429_TOO_MANY_REQUESTS
from msgspec import Meta, Struct

from service.access.idempotency import IdempotentRequest, fingerprint
from service.conditions.till import ConfirmationFactor
from service.desks.batching import DeskActions
from service.desks.verify import CallerAnswer, verify_caller
from service.errors import InvalidInput, LookUpBudget, NotConfirmed
from service.handoff.callbacks.model import CallbackRequest
from service.handoff.caller import caller_of
from service.handoff.model import HandoffRequest
from service.model.interaction import InteractionContent
from service.model.vocabulary import Channel, InteractionKind
from service.registration.batcher import Registrar
from service.registration.model import Submission
from service.settings.model import Settings
from service.timeline import facts
from service.timeline.facts import FactInput
from service.web.console.customer.reads import CustomerReads
from service.web.console.desk_forms import as_request, refusal_of_step
from service.web.console.guard import for_roles
from service.web.console.pages.customer import CUSTOMERS_PATH, READERS, customer_response
from service.web.console.visit import Visit, page_response
from service.web.console.words import _
from service.web.http import problems

SOURCE = "console"
ANSWERS_PAUSED = _("Too many wrong answers were given. Ask for a card or a login, or wait some minutes.")
Shape = TypeVar("Shape", bound=Struct)


class CustomerForm(Struct, kw_only=True):
    """What every form of the page sends: `event_id` is new for each thing that is written, so that it counts once."""

    event_id: str
    conversation_id: str = ""
    csrf_token: str = ""


class NoteForm(CustomerForm, kw_only=True):
    """What was said, or what was tried and how it went; `channel` is the one that the customer used last."""

    channel: Channel = Channel.PHONE
    text: str = ""
    what: str = ""
    outcome: str = ""


class CorrectionForm(CustomerForm, kw_only=True):
    """The right value of a fact."""

    name: str = ""
    value: str = ""
    verified: str = ""


class DeskForm(CustomerForm, kw_only=True):
    """A queue that is to take over, or to call; the times of a window are on the clock of the deployment."""

    queue: str = ""
    reason: str = ""
    phone: str = ""
    begins: str = ""
    ends: str = ""


class VerificationForm(Struct, kw_only=True):
    """What the customer who is there answers when asked for `factor`."""

    event_id: Annotated[str, Meta(min_length=1, max_length=100)]
    factor: ConfirmationFactor
    answer: str = ""
    csrf_token: str = ""


class CustomerWrites(Controller):
    """The forms of the page of a customer; they go through the use cases of the API, in its shapes."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}"
    guards = [for_roles(*READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @post("/notes", include_in_schema=False)
    async def write_note(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        registrar: NamedDependency[Registrar],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[NoteForm],
    ) -> Response[str]:
        """Puts a note on record, or an attempt and its outcome."""
        if not (data.text.strip() or data.what.strip()):
            raise InvalidInput(field="text", message="Nothing is written.")
        result = await registrar.register(_submission(visit, customer_id, data))
        written = "attempt" if data.what else "note"
        return await customer_response(visit, customer_reads, customer_id, written=written, min_version=result.version)

    @post("/facts", include_in_schema=False)
    async def correct_fact(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[CorrectionForm],
    ) -> Response[str]:
        """Sets what a fact is from now on; its old value stays in its history."""
        principal = visit.session.principal
        given = as_request({"value": data.value.strip(), "verified": bool(data.verified)}, FactInput)
        name = facts.checked_fact_name(data.name)
        async with customer_reads.database.transaction() as connection:
            _, change = await facts.correct_fact(
                connection,
                customer_id,
                name,
                given,
                now=visit.now,
                key_id=principal.key_id,
                source=principal.name,
                by_person=principal.is_person,
            )
        await customer_reads.reader.cache.drop([change.customer_id])
        return await customer_response(
            visit, customer_reads, customer_id, written="correction", min_version=change.version
        )

    @post("/handoffs", include_in_schema=False)
    async def hand_over(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        desk_actions: NamedDependency[DeskActions],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[DeskForm],
    ) -> Response[str]:
        """Offers the matter to a queue."""
        fields = _subject(customer_id, data) | {"to": {"queue": data.queue}, "reason": {"text": data.reason.strip()}}
        request = as_request(fields, HandoffRequest)
        caller = caller_of(visit.session.principal, visit.now)
        created = await desk_actions.create_handoff(caller, request, _idempotent(visit, data, request))
        return await customer_response(
            visit, customer_reads, customer_id, written="handoff", min_version=created.handoff.version
        )

    @post("/callbacks", include_in_schema=False)
    async def promise_callback(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        desk_actions: NamedDependency[DeskActions],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[DeskForm],
    ) -> Response[str]:
        """Promises a call, in a window or in the next opening of the queue."""
        fields = _subject(customer_id, data) | {"queue": data.queue, "reason": data.reason.strip()}
        fields |= {"phone": data.phone.strip() or None, "window": _window(data, ZoneInfo(settings.time_zone))}
        request = as_request({name: value for name, value in fields.items() if value is not None}, CallbackRequest)

        caller = caller_of(visit.session.principal, visit.now)
        requested = await desk_actions.request_callback(caller, request, _idempotent(visit, data, request))
        return await customer_response(
            visit, customer_reads, customer_id, written="callback", min_version=requested.callback.version
        )

    @post("/verification", include_in_schema=False)
    async def verify(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        registrar: NamedDependency[Registrar],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[VerificationForm],
    ) -> Response[str]:
        """Compares what the customer answers with the record; what would be right is never said."""
        sheet = await customer_reads.read(visit, customer_id)
        said = CallerAnswer(
            customer_id=sheet.view.customer.id,
            conversation_id=sheet.there.conversation_id,
            channel=sheet.there.channel,
            event_id=data.event_id,
            factor=data.factor,
            answer=data.answer,
        )
        try:
            result = await verify_caller(
                customer_reads.database, registrar, visit.session.principal, said, now=visit.now
            )
        except (NotConfirmed, LookUpBudget) as error:
            return _not_verified(visit, error)
        return await customer_response(visit, customer_reads, customer_id, written="verify", min_version=result.version)


def _submission(visit: Visit, customer_id: UUID, data: NoteForm) -> Submission:
    principal = visit.session.principal
    attempt = {"what": data.what.strip(), "outcome": data.outcome} if data.what.strip() else None
    fields = {
        "source": SOURCE,
        "source_event_id": data.event_id,
        "occurred_at": visit.now,
        "channel": data.channel,
        "kind": InteractionKind.ATTEMPT if attempt else InteractionKind.NOTE,
        "direction": "internal",
        "participant": {"role": "agent", "name": principal.name},
        "text": data.text.strip(),
        "attempt": attempt,
    }
    content = as_request(fields, InteractionContent)
    return Submission(
        content,
        (),
        principal.key_id,
        customer_id,
        _conversation_id(data),
        by_person=principal.is_person,
        space_id=principal.space_id,
    )


def _not_verified(visit: Visit, error: NotConfirmed | LookUpBudget) -> Response[str]:
    if not visit.is_partial:
        raise error
    status, text = refusal_of_step(error)
    headers = {}
    if isinstance(error, LookUpBudget):
        status, text = HTTP_429_TOO_MANY_REQUESTS, ANSWERS_PAUSED
        headers["retry-after"] = str(error.retry_after_s)
    slug = problems.problem_of(type(error)).slug
    html = visit.html("problem_note.html", text=text, status=status, slug=slug)
    return page_response(html, status=status, headers=headers)


def _subject(customer_id: UUID, data: CustomerForm) -> dict[str, object]:
    conversation_id = _conversation_id(data)
    conversation = {"conversation": {"id": conversation_id}} if conversation_id else {}
    return {"customer_id": customer_id, **conversation}


def _conversation_id(data: CustomerForm) -> UUID | None:
    try:
        return UUID(data.conversation_id) if data.conversation_id else None
    except ValueError:
        raise InvalidInput(field="conversation_id", message="This is no id of a conversation.") from None


def _window(data: DeskForm, zone: ZoneInfo) -> dict[str, datetime] | None:
    if not (data.begins or data.ends):
        return None
    try:
        begins, ends = (datetime.fromisoformat(one) for one in (data.begins, data.ends))
    except ValueError:
        raise InvalidInput(field="window", message="A window has a start and an end.") from None
    return {"from": begins.replace(tzinfo=zone), "to": ends.replace(tzinfo=zone)}


def _idempotent(visit: Visit, data: CustomerForm, request: object) -> IdempotentRequest:
    asked = fingerprint("POST", type(request).__name__, request)
    return IdempotentRequest(visit.session.principal.key_id, data.event_id, asked)
