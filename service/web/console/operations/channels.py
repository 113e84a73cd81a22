"""The channels: which doors there are, what came through each, and what a delivery to one would become."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from msgspec import Struct
from msgspec.structs import replace

from service.channels.base import Adapter, ChannelAccount, Delivery
from service.channels.registry import ADAPTERS
from service.db.pool import Database
from service.errors import ChannelUnknown, InvalidInput, RoleNotAllowed
from service.inbound.accounts import delivery_path, find_account_by_name
from service.inbound.curl import SECRET_VARIABLE, curl_command, delivery_for_now
from service.inbound.delivery_log import DeliveryLog
from service.inbound.dry_run import DryRun, try_delivery
from service.inbound.mail.parsers import MailParsers
from service.inbound.payloads import find_payload
from service.model.vocabulary import AgentRole, DeliveryOutcome
from service.settings.model import Settings
from service.web.console.admin.parts import CHANNELS_PATH, admin_frame
from service.web.console.guard import for_roles
from service.web.console.operations import words
from service.web.console.visit import HttpRequest, Visit

_SHOWN = 25


class TryForm(Struct, kw_only=True):
    """Which delivery is tried: a recorded one by its number, one that came by its id, or one that was pasted."""

    sample: str = ""
    delivery: str = ""
    body: str = ""
    content_type: str = "application/json"
    rest: str = ""
    csrf_token: str = ""


class Trial(Struct, frozen=True, kw_only=True):
    """A delivery that was tried, what it would become, and the command that sends it for real, if there is one."""

    run: DryRun
    form: TryForm
    command: str | None = None


class ChannelPages(Controller):
    """Channels, for those who supervise; only administrators try deliveries, which hold what customers said."""

    path = CHANNELS_PATH
    guards = [for_roles(AgentRole.SUPERVISOR, AgentRole.ADMIN)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def list_channels(
        self, visit: NamedDependency[Visit], delivery_log: NamedDependency[DeliveryLog]
    ) -> Response[str]:
        """Every channel with its latest delivery and error, and the kinds that have none yet."""
        channels = await delivery_log.list_channels(visit.now)
        used = {one.adapter for one in channels}
        return visit.page(
            "channels_list.html" if visit.is_partial else "channels.html",
            **admin_frame(visit, CHANNELS_PATH),
            channels=channels,
            unused=[adapter for name, adapter in ADAPTERS.items() if name not in used],
            adapters=ADAPTERS,
            words=words,
        )

    @get("/{name:str}", include_in_schema=False)
    async def show_channel(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        delivery_log: NamedDependency[DeliveryLog],
        *,
        name: FromPath[str],
        outcome: FromQuery[str] = "",
        after: FromQuery[str] = "",
    ) -> Response[str]:
        """What came through one channel; htmx gets the part that changes."""
        return await _page(visit, database, delivery_log, name, outcome=outcome, after=after)

    @post("/{name:str}/try", include_in_schema=False)
    async def try_out(
        self,
        request: HttpRequest,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        delivery_log: NamedDependency[DeliveryLog],
        *,
        settings: NamedDependency[Settings],
        mail_readers: NamedDependency[MailParsers],
        name: FromPath[str],
        data: URLEncodedBody[TryForm],
    ) -> Response[str]:
        """What a delivery would become; nothing is stored."""
        if visit.session.role is not AgentRole.ADMIN:
            raise RoleNotAllowed
        adapter, account = await _find(database, name)
        delivery = await _delivery(adapter, account, data, visit, database)
        run = await try_delivery(
            adapter,
            account,
            delivery,
            checks_proof=bool(data.sample),
            region=settings.default_region,
            parsers=mail_readers,
        )
        command = None
        if data.sample:
            public_url = settings.public_url or str(request.base_url)
            sent = delivery_for_now(adapter, account, delivery, public_url=public_url, now=visit.now)
            command = curl_command(sent, account)
        trial = Trial(run=run, form=data, command=command)
        if visit.is_partial:
            return visit.page("channel_trial.html", trial=trial, words=words, variable=SECRET_VARIABLE)
        return await _page(visit, database, delivery_log, name, trial=trial)


async def _page(
    visit: Visit,
    database: Database,
    delivery_log: DeliveryLog,
    name: str,
    *,
    outcome: str = "",
    after: str = "",
    trial: Trial | None = None,
) -> Response[str]:
    adapter, account = await _find(database, name)
    chosen = DeliveryOutcome(outcome) if outcome in set(DeliveryOutcome) else None
    page = await delivery_log.list_deliveries(name, outcome=chosen, after=_uuid(after), limit=_SHOWN)
    channel = next((one for one in await delivery_log.list_channels(visit.now) if one.name == name), None)
    if channel is None:
        raise ChannelUnknown
    return visit.page(
        "channel_log.html" if visit.is_partial else "channel.html",
        **admin_frame(visit, CHANNELS_PATH),
        channel=channel,
        adapter=adapter,
        source=account.source,
        door=delivery_path(adapter, replace(account, secret="…")),  # noqa: S106 (it stands for one)
        samples=len(adapter.samples(account)),
        deliveries=page.items,
        following=page.next,
        outcome=chosen or "",
        after=after,
        trial=trial,
        words=words,
        variable=SECRET_VARIABLE,
    )


async def _find(database: Database, name: str) -> tuple[Adapter, ChannelAccount]:
    async with database.connection() as connection:
        account = await find_account_by_name(connection, ADAPTERS, name)
    return ADAPTERS[account.adapter], account


async def _delivery(
    adapter: Adapter, account: ChannelAccount, form: TryForm, visit: Visit, database: Database
) -> Delivery:
    """The delivery that the form means. InvalidInput if there is none."""
    samples = adapter.samples(account)
    if form.sample.isascii() and form.sample.isdecimal() and 0 < int(form.sample[:3]) <= len(samples):
        return samples[int(form.sample[:3]) - 1]
    kept = None
    if (delivery_id := _uuid(form.delivery)) is not None:
        async with database.connection() as connection:
            kept = await find_payload(connection, account.account_id, delivery_id)
    elif form.body.strip():
        raw = form.body.replace("\r\n", "\n").strip().encode()
        headers = {"content-type": form.content_type}
        kept = Delivery(raw=raw, headers=headers, rest=form.rest.strip("/ "), received_at=visit.now)
    if kept is None:
        raise InvalidInput(field="body", message="A delivery to try is expected.")
    return kept


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
