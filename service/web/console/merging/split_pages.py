"""The page by which people give a part of a customer, which belongs to another person, a customer of its own."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from service.access.idempotency import IdempotentRequest, fingerprint, idempotent
from service.db.change import RecordedChange
from service.errors import AskonceError, Conflict, IdentityUnknown, InteractionUnknown, InvalidInput
from service.identity.claims import canonical_claims
from service.identity.merge import CustomerDeed, DeedKind, read_deeds, read_extents
from service.model.ids import new_id
from service.registration.split import SplitInput, split_customer
from service.settings.model import Settings
from service.timeline.history import read_timeline
from service.web.console.customer.reads import CustomerReads
from service.web.console.customer.sheet import CustomerSheet
from service.web.console.golden.reads import read_source_records, source_titles
from service.web.console.golden.words import golden_text
from service.web.console.guard import for_roles
from service.web.console.merging.splitting import SplitEffect, SplitForm, matter_groups, split_effect, split_input
from service.web.console.navigation import FINDERS
from service.web.console.pages.customer import CUSTOMERS_PATH
from service.web.console.visit import Visit
from service.web.console.words import _, problem_text_of

INTERACTIONS_A_PAGE = 200
NOTHING_TICKED = _("Tick what belongs to the other person.")
NOTHING_STAYS = _("Leave something with this customer: the ticks name all of it.")
NOT_THEIRS = _("A part of what you ticked is not this customer's any more.")


class SplitPages(Controller):
    """What a customer has, with a box to tick before each part."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}/split"
    guards = [for_roles(*FINDERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        customer_id: FromPath[UUID],
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """The newest interactions by conversation, and the identities; htmx gets the interactions behind `after`."""
        sheet = await customer_reads.read(visit, customer_id)
        if sheet.view.customer.id != customer_id:
            return visit.redirect(f"{CUSTOMERS_PATH}/{sheet.view.customer.id}/split")
        return await _page(visit, customer_reads, sheet, SplitForm(), after=after)

    @post("/preview", include_in_schema=False)
    async def preview(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[SplitForm],
    ) -> Response[str]:
        """What the ticks do; nothing is saved."""
        sheet = await customer_reads.read(visit, customer_id)
        return visit.page("merging/split_effect.html", effect=await _effect(visit, customer_reads, sheet, data))

    @post(include_in_schema=False)
    async def split(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        data: URLEncodedBody[SplitForm],
    ) -> Response[str]:
        """Make the new customer, and lead to it; what is refused keeps the ticks."""
        try:
            wanted = split_input(data)
            new, changes = await _split(visit, customer_reads, settings.default_region, customer_id, (wanted, data))
        except (Conflict, InvalidInput, IdentityUnknown, InteractionUnknown) as error:
            return await _refused(visit, customer_reads, customer_id, data, error)
        await customer_reads.reader.cache.drop([change.customer_id for change in changes])
        return visit.redirect(f"{CUSTOMERS_PATH}/{new}")


async def _split(
    visit: Visit, reads: CustomerReads, region: str, customer_id: UUID, asked: tuple[SplitInput, SplitForm]
) -> tuple[UUID, list[RecordedChange]]:
    """The new customer's id, with the changes; none if the same form came before."""
    wanted, form = asked
    key_id = visit.session.principal.key_id
    request = IdempotentRequest(key_id, form.event_id, fingerprint("POST", f"split {customer_id}", wanted))
    identities = [claim.identity for claim in canonical_claims(wanted.identities, region)]
    async with (
        reads.database.transaction() as connection,
        idempotent(connection, request, now=visit.now) as outcome,
    ):
        if outcome.previous is not None:
            return outcome.previous.resource_id, []
        changes = await split_customer(
            connection, customer_id, wanted.interactions, identities, now=visit.now, key_id=key_id
        )
        outcome.set_result(changes[0].customer_id)
    return changes[0].customer_id, changes


async def _refused(
    visit: Visit, reads: CustomerReads, customer_id: UUID, form: SplitForm, error: AskonceError
) -> Response[str]:
    """Why, and who split the customer last; htmx puts it above the ticks, which stay."""
    sheet = await reads.read(visit, customer_id)
    effect = await _effect(visit, reads, sheet, form)
    deed = None
    status, problem = 422, problem_text_of(error)
    if isinstance(error, InvalidInput):
        problem = NOTHING_TICKED if not (effect.interactions or effect.identities) else NOTHING_STAYS
    else:
        status = 409
        problem = problem_text_of(error) if isinstance(error, Conflict) else NOT_THEIRS
        deed = await _last_split(reads, sheet.view.customer.id)
    if visit.is_partial:
        return visit.page("merging/split_refused.html", status=status, problem=problem, deed=deed)
    return await _page(visit, reads, sheet, form, status=status, problem=problem, deed=deed)


async def _last_split(reads: CustomerReads, customer_id: UUID) -> CustomerDeed | None:
    async with reads.database.connection() as connection:
        return next(iter(await read_deeds(connection, customer_id, [DeedKind.SPLIT])), None)


async def _effect(visit: Visit, reads: CustomerReads, sheet: CustomerSheet, form: SplitForm) -> SplitEffect:
    customer_id = sheet.view.customer.id
    async with reads.database.connection() as connection:
        extent = (await read_extents(connection, [customer_id], visit.now))[customer_id]
    return split_effect(form, extent.interactions, len(sheet.view.identities))


async def _page(
    visit: Visit,
    reads: CustomerReads,
    sheet: CustomerSheet,
    form: SplitForm,
    *,
    after: str | None = None,
    status: int = 200,
    problem: str | None = None,
    deed: CustomerDeed | None = None,
) -> Response[str]:
    values: dict[str, Any] = {"problem": problem, "deed": deed, "sheet": sheet, "form": form}
    async with reads.database.connection() as connection:
        page = await read_timeline(
            connection, sheet.view.customer.id, after=after, limit=INTERACTIONS_A_PAGE, newest_first=True
        )
        values |= {
            "records": await read_source_records(connection, sheet.view.customer.id),
            "titles": await source_titles(connection),
        }
    return visit.page(
        "merging/split_items.html" if visit.is_partial and after else "merging/split.html",
        status=status,
        groups=list(matter_groups(sheet, page.items)),
        next_after=page.next,
        effect=await _effect(visit, reads, sheet, form),
        page_path=f"{CUSTOMERS_PATH}/{sheet.view.customer.id}",
        event_id=form.event_id or new_id(),
        text_of=golden_text,
        **values,
    )
