"""The webhooks: who outside is told, what does not arrive there, and to try that again."""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from msgspec import Struct

from service.db.pool import Database
from service.errors import AskonceError, Conflict, InvalidInput, WebhookAddressRefused, WebhookUnknown
from service.events import deliveries, webhooks
from service.events.model import DeliveryState, ReplayRequest, StoredWebhook, Webhook, WebhookRequest
from service.events.transport import Resolver
from service.model.vocabulary import AgentRole
from service.settings.model import Settings
from service.web.console.admin.parts import WEBHOOKS_PATH, admin_frame
from service.web.console.desk_forms import as_request, choosable_queues, refusal_of_step
from service.web.console.guard import for_roles
from service.web.console.operations import words
from service.web.console.visit import Visit

_MOST = 200
_SHOWN = 25


class WebhookForm(Struct, kw_only=True):
    """A webhook as it is typed, or the step of the button that was pressed."""

    step: str = ""
    name: str = ""
    url: str = ""
    types: str = "*"
    role: str = "console"
    queue: str = ""
    since: str = ""
    event_id: str = ""
    csrf_token: str = ""


class Said(NamedTuple):
    """What a step led to: a new secret, how many deliveries wait again, or why it was refused."""

    stored: StoredWebhook | None = None
    replayed: int | None = None
    problem: str | None = None
    detail: str | None = None


class WebhookPages(Controller):
    """Webhooks, for administrators alone, as the API has it; each step is one of the API's."""

    path = WEBHOOKS_PATH
    guards = [for_roles(AgentRole.ADMIN)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def list_webhooks(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """Every webhook with what waits and what was given up; htmx gets the part that changes."""
        return await _list(visit, database)

    @post(include_in_schema=False)
    async def create_webhook(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        resolve: NamedDependency[Resolver],
        *,
        data: URLEncodedBody[WebhookForm],
    ) -> Response[str]:
        """Create a webhook and show its secret, once."""
        status, said = 201, Said()
        try:
            await _check_new(database, data.name)
            said = Said(stored=await _store(database, data.name, data, settings, resolve=resolve, now=visit.now))
        except (InvalidInput, WebhookAddressRefused, Conflict) as error:
            status, said = _refusal(error)
        if visit.is_partial:
            return visit.page("webhook_said.html", status=status, said=said)
        return await _list(visit, database, status=status, said=said, typed=data if said.problem else None)

    @get("/{name:str}", include_in_schema=False)
    async def show_webhook(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        name: FromPath[str],
        show: FromQuery[str] = "",
        after: FromQuery[int] = 0,
    ) -> Response[str]:
        """What did not arrive at one webhook, and how it is set; htmx gets the part that changes."""
        return await _page(visit, database, name, state=show, after=after)

    @post("/{name:str}", include_in_schema=False)
    async def take_step(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        settings: NamedDependency[Settings],
        resolve: NamedDependency[Resolver],
        *,
        name: FromPath[str],
        data: URLEncodedBody[WebhookForm],
    ) -> Response[str]:
        """Take the step of the button that was pressed; what is typed stays if it is refused."""
        status, said = 200, Said()
        try:
            if data.step == "save":
                await _store(database, name, data, settings, resolve=resolve, now=visit.now)
            else:
                said = await _step(database, name, data, ZoneInfo(settings.time_zone), visit.now)
        except (InvalidInput, WebhookAddressRefused, Conflict) as error:
            status, said = _refusal(error)
        if said == Said():
            return visit.redirect(WEBHOOKS_PATH if data.step == "delete" else f"{WEBHOOKS_PATH}/{quote(name)}")
        if visit.is_partial:
            return visit.page("webhook_said.html", status=status, said=said)
        return await _page(visit, database, name, status=status, said=said, typed=data if said.problem else None)


async def _store(
    database: Database, name: str, form: WebhookForm, settings: Settings, *, resolve: Resolver, now: datetime
) -> StoredWebhook:
    given = {"url": form.url.strip(), "types": _types(form.types), "role": form.role, "queue": form.queue or None}
    stored, _created = await webhooks.store_webhook(
        database,
        name,
        as_request(given, WebhookRequest),
        resolve=resolve,
        allow_private=settings.webhook_allow_private,
        now=now,
    )
    return stored


async def _step(database: Database, name: str, form: WebhookForm, zone: ZoneInfo, now: datetime) -> Said:
    """What a step led to; nothing to say if the page shows it. InvalidInput for an unknown step."""
    async with database.transaction() as connection:
        if form.step == "rotate":
            return Said(stored=await webhooks.rotate_secret(connection, name, now=now))
        if form.step == "replay":
            webhook_id = await webhooks.find_enabled_webhook_id(connection, name)
            requested = _replay_request(form, zone)
            return Said(replayed=await deliveries.replay_dead_deliveries(connection, webhook_id, now, requested))
        if form.step == "delete":
            await webhooks.delete_webhook(connection, name)
        elif form.step in {"pause", "resume"}:
            await webhooks.pause_webhook(connection, name, now if form.step == "pause" else None)
        else:
            raise InvalidInput(field="step", message="There is no such step.")
    return Said()


def _replay_request(form: WebhookForm, zone: ZoneInfo) -> ReplayRequest:
    """What is replayed: one event, those since a local time, or all. InvalidInput if it is no time."""
    if form.event_id:
        return as_request({"event_id": int(form.event_id) if form.event_id.isdecimal() else None}, ReplayRequest)
    try:
        since = datetime.fromisoformat(form.since).replace(tzinfo=zone) if form.since else None
    except ValueError as error:
        raise InvalidInput(field="since", message="A date and a time are expected.") from error
    return ReplayRequest(since=since)


def _types(text: str) -> list[str]:
    return [one for one in re.split(r"[\s,]+", text) if one]


def _refusal(error: AskonceError) -> tuple[int, Said]:
    status, problem = refusal_of_step(error)
    return status, Said(problem=problem, detail=error.detail)


async def _list(
    visit: Visit, database: Database, *, status: int = 200, said: Said | None = None, typed: WebhookForm | None = None
) -> Response[str]:
    async with database.connection() as connection:
        found = await webhooks.list_webhooks(connection, after=None, limit=_MOST)
        queues = await choosable_queues(connection)
    return visit.page(
        "webhooks_list.html" if visit.is_partial else "webhooks.html",
        **admin_frame(visit, WEBHOOKS_PATH),
        status=status,
        webhooks=found,
        hosts={one.name: urlsplit(one.url).hostname or one.url for one in found},
        queues=queues,
        said=said,
        typed=typed or WebhookForm(),
        words=words,
    )


async def _page(
    visit: Visit,
    database: Database,
    name: str,
    *,
    status: int = 200,
    state: str = "",
    after: int = 0,
    said: Said | None = None,
    typed: WebhookForm | None = None,
) -> Response[str]:
    chosen = DeliveryState(state) if state in set(DeliveryState) else None
    async with database.connection() as connection:
        webhook = await webhooks.read_webhook(connection, name)
        webhook_id = await webhooks.find_webhook_id(connection, name)
        found = await deliveries.list_deliveries(connection, webhook_id, state=chosen, after=after, limit=_SHOWN + 1)
        queues = await choosable_queues(connection)
    return visit.page(
        "webhook_log.html" if visit.is_partial else "webhook.html",
        **admin_frame(visit, WEBHOOKS_PATH),
        status=status,
        webhook=webhook,
        deliveries=found[:_SHOWN],
        following=found[_SHOWN - 1].event_id if len(found) > _SHOWN else None,
        state=chosen or "",
        after=after,
        queues=queues,
        said=said,
        typed=typed or _form_of(webhook),
        words=words,
    )


def _form_of(webhook: Webhook) -> WebhookForm:
    types = " ".join(webhook.types)
    return WebhookForm(name=webhook.name, url=webhook.url, types=types, role=webhook.role, queue=webhook.queue or "")


async def _check_new(database: Database, name: str) -> None:
    """InvalidInput if there is a webhook of this name: storing it would change that one."""
    try:
        async with database.connection() as connection:
            await webhooks.find_webhook_id(connection, name)
    except WebhookUnknown:
        return
    raise InvalidInput("name: There is a webhook of this name already.", field="name", message="It is in use.")
