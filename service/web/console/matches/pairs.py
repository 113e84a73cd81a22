"""The page by which people say whether two customers are one person, and take that back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from msgspec import Struct

from service.db.change import lock_customers
from service.db.pool import Connection
from service.desks.drafts import discard_drafts
from service.identity.decisions import DecidedPair, read_decision
from service.identity.merge import CustomerDeed, DeedKind, read_deeds, read_extents
from service.identity.suggestions import list_merge_suggestions
from service.resolution.decisions import MatchDecisionInput, decide_match
from service.resolution.effects import preview_merge, preview_unmerge
from service.resolution.matches.listing import list_matches
from service.resolution.withdrawal import withdraw_decision
from service.web.console.customer.reads import CustomerReads
from service.web.console.customer.sheet import CustomerSheet
from service.web.console.desk_forms import as_request
from service.web.console.golden.reads import source_titles
from service.web.console.guard import AUTOMATIC, for_roles
from service.web.console.matches.comparison import compared_fields, compared_lines
from service.web.console.matches.reads import pair_key, read_last, read_match, strength_of
from service.web.console.matches.words import PAIR_WORDS
from service.web.console.navigation import FINDERS, MATCHES_PATH
from service.web.console.pages.customer import CUSTOMERS_PATH
from service.web.console.visit import Visit
from service.web.console.words import _

DRAFT = "match"
DECIDED_MEANWHILE = _("Another decision came first. Look at it, then decide anew if you think otherwise.")
DEEDS = (
    DeedKind.ABSORBED,
    DeedKind.MERGED,
    DeedKind.UNMERGED,
    DeedKind.DISMISSED,
    DeedKind.POSTPONED,
    DeedKind.HOUSEHOLD,
    DeedKind.REOPENED,
)
Pair = tuple[UUID, UUID]


class MatchDecisionForm(Struct, kw_only=True):
    """The button that was pressed, and why; `seen` is when that was decided which the page showed.

    `queue` is "yes" if the next pair of this `strength` is wanted afterwards.
    """

    decision: str = ""
    note: str = ""
    seen: str = ""
    queue: str = ""
    strength: str = ""
    csrf_token: str = ""

    @property
    def chosen(self) -> str | None:
        """The strength of the queue that is worked through; None for a page that was opened by itself."""
        return self.strength if self.queue else None


class PairPages(Controller):
    """Two customers side by side."""

    path = MATCHES_PATH + "/{customer_id:uuid}/{other_id:uuid}"
    guards = [for_roles(*FINDERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def compare(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        other_id: FromPath[UUID],
        strength: FromQuery[str | None] = None,
        done: FromQuery[str | None] = None,
    ) -> Response[str]:
        """Both sides, what speaks for one person, and what a merge would bring together."""
        return await _page(visit, customer_reads, (customer_id, other_id), chosen=strength, done=done)

    @post(include_in_schema=False)
    async def decide(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        other_id: FromPath[UUID],
        data: URLEncodedBody[MatchDecisionForm],
    ) -> Response[str]:
        """Decide, and lead to the next pair; what another agent decided meanwhile stands, and the page says so."""
        pair, session = (customer_id, other_id), visit.session
        wanted = as_request({"decision": data.decision, "note": data.note or None}, MatchDecisionInput)
        async with customer_reads.database.transaction() as connection:
            await lock_customers(connection, pair)
            decided = await read_decision(connection, *pair)
            is_late = _seen(decided) != data.seen
            done = None if is_late else await decide_match(connection, *pair, wanted, **_author(visit))
        if done is None and not _is_mine(visit, decided, wanted):
            return await _page(visit, customer_reads, pair, chosen=data.chosen, problem=DECIDED_MEANWHILE)
        if done is not None:
            await customer_reads.reader.cache.drop([change.customer_id for change in done.changes])
        await discard_drafts(customer_reads.database, session.account_id, customer_id, [DRAFT])
        return await _lead_on(visit, customer_reads, pair, data.chosen)

    @get("/news", opt=AUTOMATIC, include_in_schema=False)
    async def show_news(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        other_id: FromPath[UUID],
        seen: FromQuery[str] = "",
    ) -> Response[str]:
        """Whether another decision came while a page was open, which showed the one of `seen`."""
        async with customer_reads.database.connection() as connection:
            decided = _seen(await read_decision(connection, customer_id, other_id))
            deed = await _last_deed(connection, customer_id, other_id)
        return visit.page(
            "matches/news.html",
            subject=customer_id,
            pair_path=_path((customer_id, other_id), None),
            seen=seen,
            is_news=decided != seen,
            deed=deed,
        )

    @post("/undo", include_in_schema=False)
    async def undo(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        *,
        customer_id: FromPath[UUID],
        other_id: FromPath[UUID],
        data: URLEncodedBody[MatchDecisionForm],
    ) -> Response[str]:
        """Take back what this agent decided, as if it had not been; what another one decided since stands."""
        pair = (customer_id, other_id)
        async with customer_reads.database.transaction() as connection:
            await lock_customers(connection, pair)
            decided = await read_decision(connection, *pair)
            is_mine = decided is not None and decided.decided_by == visit.session.principal.name
            changes = await withdraw_decision(connection, *pair, **_author(visit)) if is_mine else []
        if decided is not None and not is_mine:
            return await _page(visit, customer_reads, pair, chosen=data.chosen, problem=DECIDED_MEANWHILE)
        await customer_reads.reader.cache.drop([change.customer_id for change in changes])
        return visit.redirect(_path(pair, data.chosen))


def _author(visit: Visit) -> dict[str, Any]:
    return {"now": visit.now, "key_id": visit.session.principal.key_id}


def _seen(decided: DecidedPair | None) -> str:
    """What a page says it shows: when the decision was made."""
    return decided.decided_at.isoformat() if decided else ""


def _is_mine(visit: Visit, decided: DecidedPair | None, wanted: MatchDecisionInput) -> bool:
    """Whether this very step was the last one, by the same agent: a form that came twice."""
    return (
        decided is not None
        and decided.decision is wanted.decision
        and decided.decided_by == visit.session.principal.name
    )


def _path(pair: Pair, chosen: str | None, **more: str) -> str:
    query = urlencode(({} if chosen is None else {"strength": chosen}) | more)
    return f"{MATCHES_PATH}/{pair[0]}/{pair[1]}" + (f"?{query}" if query else "")


async def _lead_on(visit: Visit, reads: CustomerReads, pair: Pair, chosen: str | None) -> Response[str]:
    """From the queue to its next pair, from elsewhere to the customer."""
    if chosen is None:
        return visit.redirect(f"{CUSTOMERS_PATH}/{pair[0]}")
    done = pair_key(*pair)
    async with reads.database.connection() as connection:
        found = await list_matches(connection, strength=strength_of(chosen), limit=1, now=visit.now)
    for one in found.items:
        return visit.redirect(_path((one.customers[0], one.customers[1]), chosen, done=done))
    return visit.redirect(f"{MATCHES_PATH}?{urlencode({'strength': chosen, 'done': done})}")


async def _page(
    visit: Visit,
    reads: CustomerReads,
    pair: Pair,
    *,
    chosen: str | None,
    done: str | None = None,
    problem: str | None = None,
) -> Response[str]:
    """Both as they stand now; two that are one customer already, as such."""
    here, there = await reads.read(visit, pair[0]), await reads.read(visit, pair[1])
    now_pair = here.view.customer.id, there.view.customer.id
    async with reads.database.connection() as connection:
        deed = await _last_deed(connection, *pair)
        beside = {
            "problem": problem,
            "deed": deed,
            "seen": _seen(await read_decision(connection, *pair)),
            "last": await read_last(connection, visit, done),
            "chosen": chosen,
            "titles": await source_titles(connection),
            **PAIR_WORDS,
        }
        if now_pair[0] == now_pair[1]:
            return await _merged_page(visit, connection, pair, here, beside)
        if now_pair != pair and not problem:
            return visit.redirect(_path(now_pair, chosen))
        sides = await _sides(visit, connection, here, there)
    return visit.page("matches/pair.html", status=409 if problem else 200, **sides, **beside)


async def _sides(visit: Visit, connection: Connection, here: CustomerSheet, there: CustomerSheet) -> dict[str, Any]:
    """What the page of two customers shows side by side."""
    one, other = here.view.customer.id, there.view.customer.id
    extents = await read_extents(connection, [one, other], visit.now)
    effect = await preview_merge(connection, one, other, visit.now)
    fields = list(compared_fields(effect.golden.before, effect.golden.other, effect.golden.after))
    return {
        "here": here,
        "there": there,
        "here_extent": extents[one],
        "there_extent": extents[other],
        "effect": effect,
        "fields": fields,
        "lines": list(compared_lines(here, there, fields)),
        "match": await read_match(connection, one, other, visit.now),
        "suggestions": await list_merge_suggestions(connection, one, other_id=other, now=visit.now),
    }


async def _merged_page(
    visit: Visit, connection: Connection, pair: Pair, sheet: CustomerSheet, beside: dict[str, Any]
) -> Response[str]:
    """That both are one customer, and what it will change to take that back."""
    survivor = sheet.view.customer.id
    other = pair[1] if pair[1] != survivor else pair[0]
    effect = None if other == survivor else await preview_unmerge(connection, survivor, other, visit.now)
    golden = effect.golden if effect else None
    return visit.page(
        "matches/merged.html",
        status=409 if beside["problem"] else 200,
        sheet=sheet,
        survivor_id=survivor,
        other_id=other,
        effect=effect,
        fields=list(compared_fields(golden.after, golden.other, golden.before)) if golden else [],
        **beside,
    )


async def _last_deed(connection: Connection, customer_id: UUID, other_id: UUID) -> CustomerDeed | None:
    """What was said last of the two."""
    deeds = await read_deeds(connection, customer_id, DEEDS)
    return next((one for one in deeds if one.other_id == other_id), None)
