"""Routes of rules: what is advised on customers, tried out before it counts, and what became of it."""

import msgspec

from service.db.pool import Database
from service.errors import Absent, Conflict, InvalidInput
from service.insight.advice import repository as rules
from service.insight.advice.compiled import compile_rule
from service.insight.advice.dry_run import RuleTrial
from service.insight.advice.model import DryRunResult, Rule, RuleDryRun, RuleInput, RuleName, RuleOutcomes
from service.insight.advice.outcomes import read_outcomes
from service.model.decode import decode_json
from service.model.page import Page
from service.model.vocabulary import Role
from service.web.http.parameters import AFTER, LIMIT, page_request
from service.web.http.request import Request
from service.web.http.response import Response, empty_response, json_response
from service.web.http.route import route

RULE_ADMIN_ROLES = frozenset({Role.ADMIN})
RULE_READER_ROLES = frozenset({Role.ADMIN, Role.CONSOLE})


class RuleRoutes:
    """The routes by which rules are defined, tried out and judged."""

    def __init__(self, database: Database, trial: RuleTrial) -> None:
        self._database = database
        self._trial = trial

    @route(
        "PUT",
        "/v1/rules/{name}",
        roles=RULE_ADMIN_ROLES,
        summary="Define a rule that advises what to do next",
        body=RuleInput,
        answers={201: Rule, 200: Rule},
    )
    async def define_rule(self, request: Request) -> Response:
        """Creates a rule, or replaces it as a whole; one with the name of a shipped rule takes its place.

        Every view shows what it advises within a second. A condition that cannot be read is refused with the place of
        the error.
        """
        name, new = rule_name(request), decode_json(request.raw, RuleInput)
        async with self._database.transaction() as connection:
            rule, created = await rules.save_rule(connection, name, new)
        return json_response(rule, status=201 if created else 200)

    @route(
        "GET",
        "/v1/rules",
        roles=RULE_READER_ROLES,
        summary="All rules, those that askonce brings along too",
        answers={200: Page[Rule]},
        parameters=(LIMIT, AFTER),
    )
    async def list_rules(self, request: Request) -> Response:
        """Lists one page of rules in the order of their names."""
        page = page_request(request)
        async with self._database.connection() as connection:
            return json_response(await rules.list_rules(connection, after=page.after, limit=page.limit))

    @route(
        "GET",
        "/v1/rules/{name}",
        roles=RULE_READER_ROLES,
        summary="A rule",
        answers={200: Rule},
        problems=(Absent,),
    )
    async def read_rule(self, request: Request) -> Response:
        """Reads one rule as it counts now."""
        async with self._database.connection() as connection:
            return json_response(await rules.read_rule(connection, rule_name(request)))

    @route(
        "DELETE",
        "/v1/rules/{name}",
        roles=RULE_ADMIN_ROLES,
        summary="Delete a rule of the company",
        answers={204: None},
        problems=(Absent, Conflict),
    )
    async def delete_rule(self, request: Request) -> Response:
        """Deletes a rule. A shipped rule of its name counts again.

        A shipped rule itself is not deleted but disabled: store it with `enabled` false.
        """
        async with self._database.transaction() as connection:
            await rules.delete_rule(connection, rule_name(request))
        return empty_response()

    @route(
        "POST",
        "/v1/rules/dry-run",
        roles=RULE_ADMIN_ROLES,
        summary="Whom a rule would have met",
        body=RuleDryRun,
        answers={200: DryRunResult},
    )
    async def try_rule(self, request: Request) -> Response:
        """Tries a rule over the 1000 newest customers as they are now, and stores nothing.

        It stops after 3.5 seconds and says how many it has looked at.
        """
        rule = compile_rule("dry-run", decode_json(request.raw, RuleDryRun).rule)
        return json_response(await self._trial.run(rule, now=request.now))

    @route(
        "GET",
        "/v1/rules/{name}/outcomes",
        roles=RULE_READER_ROLES,
        summary="What became of what a rule advised",
        answers={200: RuleOutcomes},
        problems=(Absent,),
    )
    async def read_rule_outcomes(self, request: Request) -> Response:
        """Counts how often advice was taken or declined in the last 90 days, and a matter was solved within 7 days."""
        async with self._database.connection() as connection:
            return json_response(await read_outcomes(connection, rule_name(request), now=request.now))


def rule_name(request: Request, part: str = "name") -> str:
    """The name in the path, if it can name a rule."""
    return known_rule_name(request.path_values[part], part)


def known_rule_name(text: str, field: str) -> str:
    """This name, if it can name a rule. InvalidInput names the field."""
    try:
        return msgspec.convert(text, RuleName)
    except msgspec.ValidationError:
        message = "A rule's name has 1 to 64 small letters, digits, dots, hyphens and underscores."
        raise InvalidInput(field=field, message=message) from None
