"""The route of a till that prepares for an outage."""

from zoneinfo import ZoneInfo

from service.access.audit import ReadAudit
from service.conditions.offline_snapshot import Snapshot, issue_snapshot
from service.conditions.rules import resolve_store
from service.conditions.snapshot_signer import SnapshotSigner
from service.db.pool import Database
from service.errors import ForeignStore, InvalidInput
from service.model.interaction import ShortText
from service.web.http.parameters import text_parameter
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import Parameter, route
from service.web.routes.conditions.store import TILL_ROLES

_STORE = Parameter(name="store", shape=ShortText, description="The store, unless the key belongs to one.")
_AUDIT_VIEW = "offline"


class OfflineRoutes:
    """The till's provision; days, months and years of a limit are those of `zone`."""

    def __init__(self, database: Database, audit: ReadAudit, *, region: str, zone: ZoneInfo) -> None:
        self._database = database
        self._audit = audit
        self._region = region
        self._zone = zone

    @route(
        "GET",
        "/v1/store/offline",
        roles=TILL_ROLES,
        summary="A signed snapshot of the conditions in force in the store for 24 hours, for a till that is cut off",
        answers={200: Snapshot},
        parameters=(_STORE,),
        problems=(ForeignStore,),
    )
    async def read_offline_snapshot(self, request: Request) -> Response:
        """Gives a till what it needs to grant conditions without a connection.

        The snapshot is signed with the till's own key and lasts 24 hours.
        """
        store = _requested_store(request)
        api_key = request.header(b"authorization").partition(" ")[2].strip()
        signer = SnapshotSigner(api_key, str(request.principal.key_id))
        issued = await issue_snapshot(
            self._database, store, signer, region=self._region, zone=self._zone, now=request.now
        )
        for customer_id in issued.customer_ids:
            self._audit.record_read(request.principal.key_id, _AUDIT_VIEW, customer_id)
        return json_response(issued.snapshot)


def _requested_store(request: Request) -> str:
    """The store that is meant. InvalidInput if none is, or none can have this name."""
    store = resolve_store(request.principal.store, text_parameter(request, "store"))
    if store is None:
        raise InvalidInput(field="store", message="This parameter is required: the key belongs to no store.")
    if len(store) > 200 or not store.isprintable():  # noqa: PLR2004 (as long as `Short` may be)
        raise InvalidInput(field="store", message="1 to 200 printable characters are expected.")
    return store
