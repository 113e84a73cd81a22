"""Notices: what customers are told, what a changed calendar has drafted, and the form of one."""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from service.db.pool import Connection, Database
from service.errors import Conflict, InvalidInput
from service.insight.languages import best_language
from service.insight.notices import repository as notices
from service.insight.notices.model import StoredNotice
from service.insight.notices.standing import NoticeStanding, standing_of_notice
from service.settings.model import Settings
from service.web.console.admin.parts import NOTICES_PATH, admin_page
from service.web.console.desk_forms import choosable_queues
from service.web.console.guard import for_roles
from service.web.console.guidance.notice_forms import NoticeForm, notice_form, notice_input
from service.web.console.guidance.saving import OPENED, FormState, save_or_refuse
from service.web.console.guidance.words import NOTICE_STANDINGS, guidance_problem
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.visit import Visit

log = structlog.get_logger()

MAX_ROWS = 200
_ORDER = list(NoticeStanding)
_DELETE = "delete"


class NoticePages(Controller):
    """Notices, by the same use cases as `/v1/notices`."""

    path = NOTICES_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def list_notices(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], settings: NamedDependency[Settings]
    ) -> Response[str]:
        """Every notice: drafts first, then what is shown now, what is to come, and what is over."""
        async with database.connection() as connection:
            found = (await notices.list_notices(connection, after=None, limit=MAX_ROWS)).items
            titles = {one.name: one.title for one in await choosable_queues(connection)}
        rows = [(one, standing_of_notice(one, visit.now), _text(one, visit, settings)) for one in found]
        rows.sort(key=lambda row: (_ORDER.index(row[1]), row[0].starts_at))
        return admin_page(
            visit, "notices.html", NOTICES_PATH, rows=rows, titles=titles, notice_standings=NOTICE_STANDINGS
        )

    @get("/new", include_in_schema=False)
    async def show_new(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """The form of a notice that is not there yet."""
        async with database.connection() as connection:
            return await _page(visit, connection, NoticeForm(), None)

    @post(include_in_schema=False)
    async def create(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        data: URLEncodedBody[NoticeForm],
    ) -> Response[str]:
        """Write a new notice, as a draft or for customers to read."""
        return await _save(visit, database, ZoneInfo(settings.time_zone), data, None)

    @get("/{notice_id:str}", include_in_schema=False)
    async def show_notice(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        notice_id: FromPath[str],
    ) -> Response[str]:
        """The form of a notice, with whom it concerned. Absent if there is none of this id."""
        async with database.connection() as connection:
            stored = await notices.read_notice(connection, notice_id)
            return await _page(visit, connection, notice_form(stored, ZoneInfo(settings.time_zone)), stored)

    @post("/{notice_id:str}", include_in_schema=False)
    async def change(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        *,
        notice_id: FromPath[str],
        data: URLEncodedBody[NoticeForm],
    ) -> Response[str]:
        """Replace a notice, publish it, or delete it; if it is another one by now, say so, and keep the text."""
        if data.step == _DELETE:
            async with database.transaction() as connection:
                await notices.delete_notice(connection, notice_id)
            log.info("notice_deleted", notice=notice_id, account_id=visit.session.account_id)
            return visit.redirect(NOTICES_PATH)
        return await _save(visit, database, ZoneInfo(settings.time_zone), data, notice_id)


async def _save(
    visit: Visit, database: Database, zone: ZoneInfo, form: NoticeForm, notice_id: str | None
) -> Response[str]:
    state = await save_or_refuse(database, lambda one: _store(visit, one, zone, form, notice_id), guidance_problem)
    if state is None:
        return visit.redirect(NOTICES_PATH)
    async with database.connection() as connection:
        stored = None if notice_id is None else await notices.read_notice(connection, notice_id)
        return await _page(visit, connection, form, stored, state)


async def _store(visit: Visit, connection: Connection, zone: ZoneInfo, form: NoticeForm, notice_id: str | None) -> None:
    """Conflict if the notice is another one than the page showed; InvalidInput for a name that is taken."""
    stored = None if notice_id is None else await notices.read_notice(connection, notice_id)
    if stored is not None and form.seen != stored.updated_at.isoformat():
        raise Conflict("This notice was changed meanwhile.")
    saved = notice_id or form.id.strip() or _new_id(visit.now)
    created = await notices.store_notice(connection, saved, notice_input(form, stored, zone), now=visit.now)
    if stored is None and not created:
        raise InvalidInput(field="id", message="There is a notice of this name already.")
    log.info("notice_written", notice=saved, state=form.step, account_id=visit.session.account_id)


def _new_id(now: datetime) -> str:
    return f"notice-{now:%Y-%m-%d-%H%M%S}"


def _text(notice: StoredNotice, visit: Visit, settings: Settings) -> str:
    texts = notice.definition.texts
    return texts[best_language(texts, visit.look.language, settings.default_language) or next(iter(texts))]


async def _page(
    visit: Visit,
    connection: Connection,
    form: NoticeForm,
    stored: StoredNotice | None,
    state: FormState = OPENED,
) -> Response[str]:
    return admin_page(
        visit,
        "notice.html",
        NOTICES_PATH,
        status=state.status,
        form=form,
        stored=stored,
        standing=None if stored is None else standing_of_notice(stored, visit.now),
        notice_standings=NOTICE_STANDINGS,
        queues=await choosable_queues(connection),
        problem=state.problem,
        is_stale=state.is_stale,
    )
