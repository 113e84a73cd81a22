"""Keys of the API: listed, made and revoked by administrators, by the same functions as `askonce keys`."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct
from msgspec.structs import replace

from service.access.keys import StoredKey, create_key, list_keys, revoke_key
from service.db.pool import Connection, Database
from service.errors import InvalidInput
from service.model.vocabulary import Role
from service.web.console.admin.fields import FieldProblem, field_problem
from service.web.console.admin.parts import KEYS_PATH, OPERATORS, admin_page
from service.web.console.admin.words import KEY_ROLES
from service.web.console.desk_forms import as_request, choosable_queues
from service.web.console.guard import for_roles
from service.web.console.visit import Visit

log = structlog.get_logger()

_DAYS = re.compile(r"[1-9][0-9]{0,4}")


class KeyForm(Struct, kw_only=True):
    """What is typed of a new key."""

    role: str = Role.CHANNEL.value
    name: str = ""
    queue: str = ""
    store: str = ""
    space: str = ""
    days: str = ""
    csrf_token: str = ""


class _AskedKeyRole(Struct, frozen=True):
    role: Role


class KeyPages(Controller):
    """Keys, for administrators."""

    path = KEYS_PATH
    guards = [for_roles(*OPERATORS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show_keys(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """The keys in force, the newest first, and those that ended."""
        async with database.connection() as connection:
            keys = list(reversed(await list_keys(connection)))
        in_force = [key for key in keys if _is_in_force(key, visit.now)]
        ended = [key for key in keys if not _is_in_force(key, visit.now)]
        return admin_page(visit, "keys.html", KEYS_PATH, in_force=in_force, ended=ended, key_roles=KEY_ROLES)

    @get("/new", include_in_schema=False)
    async def show_new(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """The form of a new key."""
        async with database.connection() as connection:
            return await _page(visit, connection, KeyForm())

    @post(include_in_schema=False)
    async def create(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], data: URLEncodedBody[KeyForm]
    ) -> Response[str]:
        """Make a key, and show it, this once."""
        try:
            async with database.transaction() as connection:
                key = await _create(connection, data, visit.now)
        except InvalidInput as error:
            problem = replace(field_problem(error), detail="")  # it speaks of options of the command line
            async with database.connection() as connection:
                return await _page(visit, connection, data, status=422, problem=problem)
        log.info("key_created", role=data.role, by=visit.session.account_id)
        template = "key_secret.html" if visit.is_partial else "key_made.html"
        return admin_page(visit, template, KEYS_PATH, secret=key, name=data.name)

    @post("/{key_id:uuid}/revoke", include_in_schema=False)
    async def revoke(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], key_id: FromPath[UUID]
    ) -> Response[str]:
        """End a key; one that has ended stays so."""
        async with database.transaction() as connection:
            revoked = await revoke_key(connection, str(key_id), visit.now)
        log.info("key_revoked", key_ids=revoked, by=visit.session.account_id)
        return visit.redirect(KEYS_PATH)


def _is_in_force(key: StoredKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


async def _create(connection: Connection, form: KeyForm, now: datetime) -> str:
    """The text of the new key. InvalidInput names what cannot be taken."""
    role = as_request({"role": form.role}, _AskedKeyRole).role
    days = form.days.strip()
    if days and not _DAYS.fullmatch(days):
        raise InvalidInput(field="days", message="A number from 1 to 99999 is expected.")
    return await create_key(
        connection,
        role=role,
        name=form.name.strip(),
        now=now,
        queue=form.queue or None,
        store=form.store.strip() or None,
        space=form.space.strip() or None,
        expires_at=now + timedelta(days=int(days)) if days else None,
    )


async def _page(
    visit: Visit, connection: Connection, form: KeyForm, *, status: int = 200, problem: FieldProblem | None = None
) -> Response[str]:
    """The form of a key; htmx gets the form alone."""
    return admin_page(
        visit,
        "key_form.html" if visit.is_partial else "key.html",
        KEYS_PATH,
        status=status,
        form=form,
        queues=await choosable_queues(connection),
        key_roles=KEY_ROLES,
        problem=problem,
    )
