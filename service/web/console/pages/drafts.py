"""What an agent is writing: pages keep it here by themselves, and show it when they open again."""

from uuid import UUID

import msgspec
from litestar import Controller, Response, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from service.db.pool import Database
from service.desks.drafts import MAX_DRAFT_CHARS, Draft, WrittenField, read_drafts, write_draft
from service.model.decode import decode_json
from service.web.console.csrf import fresh_token
from service.web.console.guard import AUTOMATIC, for_roles
from service.web.console.navigation import DESK_ROLES
from service.web.console.visit import HOME_PATH, PAGE_HEADERS, HttpRequest, Visit

MAX_BODY_BYTES = 6 * MAX_DRAFT_CHARS + 1024
"""A character takes six bytes of a browser's JSON at most."""


class DraftShown(Struct, kw_only=True):
    """A draft for the script of a page: `state` says beside the form when it was kept, `kept` shows the text itself."""

    form: str
    field: str
    text: str
    base: str
    state: str
    kept: str


class DraftsShown(Struct, kw_only=True):
    """The drafts of a page, and the session as it is now: another tab may have begun a new one."""

    agent: str
    token: str
    drafts: list[DraftShown]


class DraftPages(Controller):
    """The drafts of a page about a customer, a handoff or a callback, of the agent who is signed in."""

    path = f"{HOME_PATH}/drafts/{{subject_id:uuid}}"
    guards = [for_roles(*DESK_ROLES)]  # noqa: RUF012 (Litestar's own declaration)

    @get(opt=AUTOMATIC, include_in_schema=False)
    async def show_drafts(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], subject_id: FromPath[UUID]
    ) -> Response[bytes]:
        """What the agent has written there."""
        session = visit.session
        drafts = await read_drafts(database, session.account_id, subject_id)
        shown = [_shown(visit, one) for one in drafts]
        return _json(DraftsShown(agent=session.name, token=fresh_token(session.csrf_token), drafts=shown))

    @put(include_in_schema=False, request_max_body_size=MAX_BODY_BYTES)
    async def keep_draft(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        subject_id: FromPath[UUID],
    ) -> Response[bytes]:
        """Keep what is written in a field. To write is to use the session, though no button was pressed."""
        written = decode_json(await request.body(), WrittenField)
        draft = await write_draft(database, visit.session.account_id, subject_id, written, visit.now)
        return _json(_shown(visit, draft))


def _shown(visit: Visit, draft: Draft) -> DraftShown:
    return DraftShown(
        form=draft.form,
        field=draft.field,
        text=draft.text,
        base=draft.updated_at.isoformat(),
        state=visit.html("draft_state.html", draft=draft),
        kept=visit.html("draft_kept.html", draft=draft),
    )


def _json(shown: Struct) -> Response[bytes]:
    return Response(msgspec.json.encode(shown), media_type="application/json", headers=PAGE_HEADERS)
