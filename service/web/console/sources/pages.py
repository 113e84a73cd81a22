"""The administration of sources: what each system is worth, what becomes the golden record, what is merged by proof."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from service.db.pool import Connection, Database
from service.errors import InvalidInput
from service.events.webhooks import list_webhooks
from service.identity.golden.model import SurvivorshipRule
from service.identity.golden.survivorship import read_survivorship, replace_survivorship
from service.identity.sources.declared import list_sources, put_source
from service.identity.sources.quality.counting import read_quality
from service.resolution.merging_settings import read_merging_settings, write_merging_settings
from service.web.console.admin.fields import FieldProblem
from service.web.console.admin.parts import OPERATORS, SOURCES_PATH, admin_page
from service.web.console.admin.words import OTHER_PROBLEM
from service.web.console.golden.reads import MOST_SOURCES
from service.web.console.golden.words import GOLDEN_FIELDS
from service.web.console.guard import for_roles
from service.web.console.sources.forms import FieldRuleForm, MergingForm, SourceForm, rule_lines
from service.web.console.sources.words import VERDICTS
from service.web.console.visit import Visit
from service.web.console.words import _

RULES = {
    SurvivorshipRule.RECENT: _("The newest"),
    SurvivorshipRule.TRUSTED: _("Of the most trusted source"),
    SurvivorshipRule.FREQUENT: _("Said most often"),
    SurvivorshipRule.LONGEST: _("The longest"),
    SurvivorshipRule.OLDEST: _("The oldest"),
    SurvivorshipRule.ALL: _("All of them"),
}
MOST_QUALITIES = 50
"""Fields of sources whose quality is shown, those with the most to mend."""
Store = Callable[[Connection], Awaitable[object]]


class SourceAdministration(Controller):
    """Sources and their rules, for administrators alone, as the API has it."""

    path = SOURCES_PATH
    guards = [for_roles(*OPERATORS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show(self, visit: NamedDependency[Visit], database: NamedDependency[Database]) -> Response[str]:
        """Every system, the rule of each field, and what is merged without a person."""
        return await _page(visit, database)

    @post("/{source:str}", include_in_schema=False)
    async def save_source(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        source: FromPath[str],
        data: URLEncodedBody[SourceForm],
    ) -> Response[str]:
        """Save what is known of a system."""

        async def store(connection: Connection) -> None:
            await put_source(connection, source, data.request(), visit.now)

        return await _save(visit, database, store)

    @post("/rules/{name:str}", include_in_schema=False)
    async def save_rule(
        self,
        visit: NamedDependency[Visit],
        database: NamedDependency[Database],
        name: FromPath[str],
        data: URLEncodedBody[FieldRuleForm],
    ) -> Response[str]:
        """Save by which rule a field is decided."""

        async def store(connection: Connection) -> None:
            rules = await read_survivorship(connection)
            await replace_survivorship(connection, {**rules, name: data.request()})

        return await _save(visit, database, store)

    @post("/merging/settings", include_in_schema=False)
    async def save_merging(
        self, visit: NamedDependency[Visit], database: NamedDependency[Database], data: URLEncodedBody[MergingForm]
    ) -> Response[str]:
        """Save what is merged without a person."""
        author: dict[str, Any] = {"now": visit.now, "key_id": visit.session.principal.key_id}
        return await _save(
            visit, database, lambda connection: write_merging_settings(connection, data.request(), **author)
        )


async def _save(visit: Visit, database: Database, store: Store) -> Response[str]:
    """The page anew, or why nothing was saved."""
    try:
        async with database.transaction() as connection:
            await store(connection)
    except InvalidInput as error:
        return await _page(visit, database, problem=FieldProblem(field="", text=OTHER_PROBLEM, detail=error.message))
    return visit.redirect(SOURCES_PATH)


async def _page(visit: Visit, database: Database, *, problem: FieldProblem | None = None) -> Response[str]:
    async with database.connection() as connection:
        merging = await read_merging_settings(connection)
        sources = (await list_sources(connection, after=None, limit=MOST_SOURCES)).items
        shown: dict[str, Any] = {
            "sources": sources,
            "titles": {one.source: one.title for one in sources},
            "webhooks": [one.name for one in await list_webhooks(connection, after=None, limit=MOST_SOURCES)],
            "survivorship": await read_survivorship(connection),
            "quality": (await read_quality(connection, source=None, field=None))[:MOST_QUALITIES],
        }
    return admin_page(
        visit,
        "sources.html",
        SOURCES_PATH,
        status=422 if problem else 200,
        problem=problem,
        merging=merging,
        merging_rules=rule_lines(merging),
        rules=RULES,
        golden_fields=GOLDEN_FIELDS,
        verdicts=VERDICTS,
        **shown,
    )
