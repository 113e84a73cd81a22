"""Content: what answers questions, and the form of one."""

from datetime import datetime

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody

from service.db.pool import Connection, Database
from service.errors import Conflict, InvalidInput
from service.insight.content import repository as contents
from service.insight.content.model import ContentItem
from service.web.console.admin.parts import CONTENT_PATH, admin_page
from service.web.console.guard import for_roles
from service.web.console.guidance.content_forms import ContentForm, content_form, content_input
from service.web.console.guidance.saving import OPENED, FormState, save_or_refuse
from service.web.console.guidance.words import guidance_problem
from service.web.console.journeys.words import PHASES
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.visit import Visit

log = structlog.get_logger()

ROWS_A_PAGE = 100
_DELETE = "delete"


class ContentPages(Controller):
    """Content, by the same use cases as `/v1/content`."""

    path = CONTENT_PATH
    guards = [for_roles(*ADMIN_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def list_content(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """The contents, by id; htmx gets the rows behind `after`."""
        async with database.connection() as connection:
            page = await contents.list_content(connection, after=after, limit=ROWS_A_PAGE)
        template = "content_rows.html" if visit.is_partial and after else "content.html"
        return admin_page(visit, template, CONTENT_PATH, items=page.items, next_after=page.next, phase_words=PHASES)

    @get("/new", include_in_schema=False)
    async def show_new(self, visit: NamedDependency[Visit], subject: FromQuery[str | None] = None) -> Response[str]:
        """The form of a content that is not there yet."""
        return _page(visit, ContentForm(subjects=subject or ""), None)

    @post(include_in_schema=False)
    async def create(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        data: URLEncodedBody[ContentForm],
    ) -> Response[str]:
        """Enter a new content."""
        return await _save(visit, database, data, None)

    @get("/item/{content_id:str}", include_in_schema=False)
    async def show_content(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], content_id: FromPath[str]
    ) -> Response[str]:
        """The form of a content. Absent if there is none of this id."""
        async with database.connection() as connection:
            stored = await contents.read_content(connection, content_id)
        return _page(visit, content_form(stored), stored)

    @post("/item/{content_id:str}", include_in_schema=False)
    async def change(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        *,
        content_id: FromPath[str],
        data: URLEncodedBody[ContentForm],
    ) -> Response[str]:
        """Replace a content, or delete it; if it is another one by now, say so, and keep the text."""
        if data.step == _DELETE:
            async with database.transaction() as connection:
                await contents.delete_content(connection, content_id)
            log.info("content_deleted", content=content_id, account_id=visit.session.account_id)
            return visit.redirect(CONTENT_PATH)
        return await _save(visit, database, data, content_id)


async def _save(visit: Visit, database: Database, form: ContentForm, content_id: str | None) -> Response[str]:
    state = await save_or_refuse(database, lambda one: _store(visit, one, form, content_id), guidance_problem)
    if state is None:
        return visit.redirect(CONTENT_PATH)
    async with database.connection() as connection:
        stored = None if content_id is None else await contents.read_content(connection, content_id)
    return _page(visit, form, stored, state)


async def _store(visit: Visit, connection: Connection, form: ContentForm, content_id: str | None) -> None:
    """Conflict if the content is another one than the page showed; InvalidInput for a name that is taken."""
    stored = None if content_id is None else await contents.read_content(connection, content_id)
    if stored is not None and form.seen != stored.updated_at.isoformat():
        raise Conflict("This content was changed meanwhile.")
    saved = content_id or form.id.strip() or _new_id(visit.now)
    created = await contents.store_content(connection, saved, content_input(form), now=visit.now)
    if stored is None and not created:
        raise InvalidInput(field="id", message="There is a content of this name already.")
    log.info("content_entered", content=saved, account_id=visit.session.account_id)


def _new_id(now: datetime) -> str:
    return f"content-{now:%Y-%m-%d-%H%M%S}"


def _page(
    visit: Visit,
    form: ContentForm,
    stored: ContentItem | None,
    state: FormState = OPENED,
) -> Response[str]:
    return admin_page(
        visit,
        "content_item.html",
        CONTENT_PATH,
        status=state.status,
        form=form,
        stored=stored,
        phase_words=PHASES,
        problem=state.problem,
        is_stale=state.is_stale,
    )
