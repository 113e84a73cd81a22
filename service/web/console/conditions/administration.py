"""The administration of conditions: how they stand, who holds them and how they were used, and until when they hold."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from msgspec import UNSET, Struct

from service.conditions.administration import (
    ConditionStanding,
    list_held_conditions,
    read_last_change,
    standing_of,
)
from service.conditions.conditions import change_condition, lock_condition, read_condition, revoke_condition
from service.conditions.model import Condition, ConditionPatch
from service.conditions.redemptions import list_redemptions
from service.db.change import RecordedChange
from service.db.pool import Connection
from service.errors import ConditionNotInForce, InvalidInput
from service.identity.merge import read_extents
from service.settings.model import Settings
from service.web.console.admin.fields import FieldProblem
from service.web.console.admin.parts import CONDITIONS_PATH, admin_page
from service.web.console.conditions.forms import CONDITION_KINDS, USE_PERIODS, condition_problem, moment_of
from service.web.console.customer.reads import CustomerReads
from service.web.console.formats import Formats
from service.web.console.guard import for_roles
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.visit import Visit
from service.web.console.words import _

AUDIT_VIEW = "conditions"
ROWS_A_PAGE = 25
REDEMPTIONS_A_PAGE = 50
STANDINGS = {
    ConditionStanding.IN_FORCE: _("In force"),
    ConditionStanding.UPCOMING: _("To come"),
    ConditionStanding.ENDED: _("Ended"),
    ConditionStanding.FLAGGED: _("Flagged"),
}
_WORDS: dict[str, Any] = {
    "condition_kinds": CONDITION_KINDS,
    "use_periods": USE_PERIODS,
    "standings": STANDINGS,
    "unset": UNSET,
}


class ValidityForm(Struct, kw_only=True):
    """The times that are typed, or the press that ends; `seen` says how the page showed the condition."""

    step: str = ""
    valid_from: str = ""
    valid_until: str = ""
    seen: str = ""
    csrf_token: str = ""


class ConditionAdministration(Controller):
    """Conditions of all customers, for supervisors and administrators."""

    path = CONDITIONS_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_list(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        standing: FromQuery[ConditionStanding | None] = None,
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """The newest conditions that stand like this; htmx gets the rows behind `after`."""
        async with customer_reads.database.connection() as connection:
            page = await list_held_conditions(connection, standing, after=after, limit=ROWS_A_PAGE, now=visit.now)
        await customer_reads.count_shown(visit, {one.holder_id for one in page.items}, AUDIT_VIEW)
        rows = [(one, standing_of(one.condition, visit.now)) for one in page.items]
        template = "condition_rows.html" if visit.is_partial and after else "conditions.html"
        values: dict[str, Any] = {"rows": rows, "next_after": page.next, "standing": standing} | _WORDS
        return admin_page(visit, template, CONDITIONS_PATH, **values)

    @get("/{condition_id:uuid}", include_in_schema=False)
    async def show_condition(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        condition_id: FromPath[UUID],
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """A condition with its uses; htmx gets the uses behind the receipt `after`. ConditionUnknown."""
        if visit.is_partial and after:
            async with customer_reads.database.connection() as connection:
                used = await list_redemptions(connection, condition_id, after=after, limit=REDEMPTIONS_A_PAGE)
            return visit.page("admin/redemption_rows.html", used=used, condition_id=condition_id)
        return await _page(visit, customer_reads, condition_id, after=after)

    @post("/{condition_id:uuid}", include_in_schema=False)
    async def change(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        condition_id: FromPath[UUID],
        data: URLEncodedBody[ValidityForm],
    ) -> Response[str]:
        """Change when it holds, or end it; one that was changed meanwhile stays, and the page says by whom."""
        try:
            async with customer_reads.database.transaction() as connection:
                change = await _change(visit, connection, condition_id, data, ZoneInfo(settings.time_zone))
        except InvalidInput as error:
            problem = condition_problem(error)
            return await _page(visit, customer_reads, condition_id, form=data, status=422, problem=problem)
        except ConditionNotInForce:
            return await _page(visit, customer_reads, condition_id, form=data, status=409)
        await customer_reads.reader.cache.drop([change.customer_id])
        return visit.redirect(f"{CONDITIONS_PATH}/{condition_id}")


def seen_tag(condition: Condition) -> str:
    """How a condition stands, as a form says what it was made from."""
    times = (condition.valid_from, condition.valid_until, condition.revoked_at)
    return " ".join("-" if one is None else one.isoformat() for one in times)


async def _change(
    visit: Visit, connection: Connection, condition_id: UUID, form: ValidityForm, zone: ZoneInfo
) -> RecordedChange:
    """The change; none if the form came before. ConditionNotInForce if the condition is another one by now."""
    condition, locked = await lock_condition(connection, condition_id)
    key_id = visit.session.principal.key_id
    if form.step == "end":
        return await revoke_condition(connection, condition_id, now=visit.now, key_id=key_id)
    if _stands_as_typed(condition, form, zone):
        return RecordedChange(customer_id=locked.customer_id, version=locked.version)
    if form.seen != seen_tag(condition):
        raise ConditionNotInForce("It was changed meanwhile.")
    patch = _patch(condition, form, zone)
    return (await change_condition(connection, condition_id, patch, now=visit.now, key_id=key_id))[1]


def _stands_as_typed(condition: Condition, form: ValidityForm, zone: ZoneInfo) -> bool:
    patch = _patch(condition, form, zone)
    return condition.revoked_at is None and patch.valid_from is UNSET and patch.valid_until is UNSET


def _patch(condition: Condition, form: ValidityForm, zone: ZoneInfo) -> ConditionPatch:
    """What the fields change; a field shows no seconds, so one that shows the time of the condition changes nothing."""
    field = Formats("en", zone).field
    begins = moment_of(form.valid_from, "valid_from", zone)
    if begins is None:
        raise InvalidInput(field="valid_from", message="A time is needed.")
    ends = moment_of(form.valid_until, "valid_until", zone)
    shown_end = "" if condition.valid_until is None else field(condition.valid_until)
    return ConditionPatch(
        valid_from=UNSET if form.valid_from.strip() == field(condition.valid_from) else begins,
        valid_until=UNSET if form.valid_until.strip() == shown_end else ends,
    )


async def _page(
    visit: Visit,
    reads: CustomerReads,
    condition_id: UUID,
    *,
    after: str | None = None,
    form: ValidityForm | None = None,
    status: int = 200,
    problem: FieldProblem | None = None,
) -> Response[str]:
    async with reads.database.connection() as connection:
        condition, holder = await read_condition(connection, condition_id)
        used = await list_redemptions(connection, condition_id, after=after, limit=REDEMPTIONS_A_PAGE)
        extents = await read_extents(connection, [holder.customer_id], visit.now)
        last = await read_last_change(connection, condition, holder.customer_id)
    await reads.count_shown(visit, [holder.customer_id], AUDIT_VIEW)
    values: dict[str, Any] = {
        "condition": condition,
        "condition_id": condition_id,
        "used": used,
        "last_change": last,
        "form": form,
    }
    values |= {"holder": extents[holder.customer_id], "seen": seen_tag(condition), "problem": problem}
    values |= {"is_stale": status == 409, "stands": standing_of(condition, visit.now)}  # noqa: PLR2004 (HTTP's own)
    return admin_page(visit, "condition.html", CONDITIONS_PATH, status=status, **values, **_WORDS)
