"""The ASGI application of a sandbox: its own routes, and before all others the service as it is at the moment."""

import structlog

from service.access.keys import hash_key, sandbox_key
from service.access.model import Principal
from service.errors import Unauthenticated, Unavailable
from service.model.ids import new_id
from service.model.vocabulary import Role
from service.sandbox.installation import Sandbox
from service.sandbox.model import ROUTES, SandboxPlan
from service.sandbox.routes import SandboxRoutes
from service.web.admission.queue import AdmissionQueue
from service.web.admission.refusals import RefusalPacer
from service.web.http import problems
from service.web.http.asgi import App, Message, Receive, Scope, Send
from service.web.http.endpoint import Endpoint
from service.web.http.middleware import RequestMiddleware
from service.web.http.route import check_routes, routes_of
from service.web.http.router import Router

log = structlog.get_logger()

_MARK = (b"askonce-sandbox", b"true")
"""Stands in every answer, so that no test takes another service for a sandbox."""
_IN_FLIGHT = 100


class SandboxApplication:
    """Starts with the server, and ends with it."""

    def __init__(self, plan: SandboxPlan) -> None:
        self._plan = plan
        self._sandbox: Sandbox | None = None
        self._own: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the server's messages of start and end."""
        if scope["type"] == "lifespan":
            await self._run_lifespan(receive, send)
        elif self._sandbox is not None and self._own is not None:

            async def send_marked(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], _MARK]
                await send(message)

            if scope["path"].startswith(ROUTES):
                await self._own(scope, receive, send_marked)
                return
            try:
                async with self._sandbox.entered() as app:
                    await app(scope, receive, send_marked)
            except Unavailable as error:  # before the application was entered: it answers its own errors itself
                response = problems.problem_response(error)
                await send_marked(response.start_message())
                await send_marked({"type": "http.response.body", "body": response.body, "more_body": False})

    async def _run_lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        sandbox = Sandbox(self._plan)
        try:
            await sandbox.start()
        except Exception as error:
            log.exception("start_failed", exc_info=error)
            await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
            return
        self._sandbox, self._own = sandbox, _own_routes(sandbox, self._plan)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await sandbox.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _own_routes(sandbox: Sandbox, plan: SandboxPlan) -> App:
    refusals, keys = RefusalPacer(), _SandboxKeys()
    endpoints = [
        (one, Endpoint(one, keys=keys, clock=sandbox.clock, settings=plan.settings, refusals=refusals).serve)
        for one in check_routes(routes_of(SandboxRoutes(sandbox)))
    ]
    return RequestMiddleware(
        Router(endpoints),
        in_flight=_IN_FLIGHT,
        queue=AdmissionQueue(target_s=plan.settings.queue_target_ms / 1000),
        refusals=refusals,
        always_served=(ROUTES,),
        access_log=plan.settings.access_log,
    )


class _SandboxKeys:
    """The keys of a sandbox, which are good while it has no records, too."""

    def __init__(self) -> None:
        self._principals = {hash_key(f"Bearer {sandbox_key(role)}".encode()): _principal(role) for role in Role}

    def find_cached(self, authorization: bytes) -> Principal | None:
        """The caller."""
        return self._principals.get(hash_key(authorization))

    async def authenticate(self, authorization: bytes) -> Principal:
        """No other key is good here."""
        del authorization
        raise Unauthenticated

    async def redeem_ticket(self, ticket: str) -> Principal:
        """No ticket is good here."""
        del ticket
        raise Unauthenticated


def _principal(role: Role) -> Principal:
    return Principal(key_id=new_id(), role=role, name=f"sandbox {role}", queue=None, store=None, space_id=0)
