"""Routes of next actions: what is advised on one customer, and whether it was done."""

from service.access.audit import ReadAudit
from service.access.idempotency import idempotent
from service.context.reader import ContextReader
from service.context.views import audience_of
from service.db.change import DropViews
from service.db.pool import Database
from service.errors import Absent, CustomerUnknown
from service.insight.advice.model import NextActions, OutcomeInput, RecordedOutcome
from service.insight.advice.outcomes import read_outcome, record_outcome
from service.insight.advice.reading import read_next_actions
from service.model.decode import decode_json
from service.model.vocabulary import Role
from service.web.http.parameters import optional_idempotent_request, uuid_in_path
from service.web.http.request import Request
from service.web.http.response import IDEMPOTENT_REPLAYED, Header, Response, json_response
from service.web.http.route import route
from service.web.routes.insight.rules import rule_name

ADVISED_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.BOT})
_REPLAYED: tuple[Header, ...] = (IDEMPOTENT_REPLAYED,)


class NextActionRoutes:
    """The routes by which desks and bots are advised, and say what became of it."""

    def __init__(self, database: Database, reader: ContextReader, drop_views: DropViews, audit: ReadAudit) -> None:
        self._database, self._reader = database, reader
        self._drop_views, self._audit = drop_views, audit

    @route(
        "GET",
        "/v1/customers/{customer_id}/next",
        roles=ADVISED_ROLES,
        budgeted=True,
        summary="What to do next for a customer",
        answers={200: NextActions},
        problems=(CustomerUnknown,),
    )
    async def read_next_actions(self, request: Request) -> Response:
        """Says what the rules advise now: at most three actions, with words to say and the facts they rest on.

        A bot is advised by rules for bots alone. The read is written to the audit trail.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        audience = audience_of(request.principal.role)
        found = await read_next_actions(self._reader, customer_id, audience, now=request.now)
        request.subject = found.customer_id
        self._audit.record_read(request.principal.key_id, "next", found.customer_id)
        return json_response(found, version=found.version)

    @route(
        "POST",
        "/v1/customers/{customer_id}/next/{rule}",
        roles=ADVISED_ROLES,
        budgeted=True,
        summary="Say whether what a rule advised was done",
        body=OutcomeInput,
        answers={201: RecordedOutcome},
        optionally_idempotent=True,
        problems=(CustomerUnknown, Absent),
    )
    async def report_outcome(self, request: Request) -> Response:
        """Puts on record that the advice was taken, or not now. The rule does not advise it again for 24 hours.

        A bot answers rules for bots alone. With an `Idempotency-Key` a repeated request counts once.
        """
        customer_id = uuid_in_path(request, "customer_id", CustomerUnknown)
        rule, outcome = rule_name(request, "rule"), decode_json(request.raw, OutcomeInput)
        wanted, principal = optional_idempotent_request(request, outcome), request.principal
        async with (
            self._database.transaction() as connection,
            idempotent(connection, wanted, now=request.now) as state,
        ):
            if state.previous is not None:
                recorded, headers = await read_outcome(connection, customer_id, state.previous.resource_id), _REPLAYED
            else:
                recorded, headers = (
                    await record_outcome(
                        connection,
                        customer_id,
                        rule,
                        outcome,
                        now=request.now,
                        key_id=principal.key_id,
                        audience=audience_of(principal.role),
                    ),
                    (),
                )
                state.set_result(recorded.id)
        request.subject = recorded.customer_id
        await self._drop_views([recorded.customer_id])
        return json_response(recorded, status=201, version=recorded.version, headers=headers)
