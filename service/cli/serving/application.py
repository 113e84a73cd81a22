"""The ASGI application that the HTTP server runs in each of its processes."""

import gc
import os
import sys

import structlog

from service.app.rooms import open_rooms
from service.app.web import web_application
from service.model.clock import Clock
from service.settings.model import Settings
from service.telemetry import tracing
from service.web.http.asgi import App, Receive, Scope, Send
from service.web.http.middleware import TracedApp

log = structlog.get_logger()

SWITCH_INTERVAL_S = 0.0005
"""How long the event loop may keep Python's lock while the server has a request to hand over, one for each turn.

With Python's 5 ms a busy loop is handed 200 requests a second, and the rest wait where they can be neither seen nor
refused.
"""


class Application:
    """The ASGI application of one server process: its rooms open when the server starts it, and close when it ends."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the server's messages of start and end."""
        if self._app is not None and scope["type"] == "http":
            await self._app(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._run_lifespan(receive, send)

    async def _run_lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            rooms = await open_rooms(self._settings, self._clock)
        except Exception as error:
            log.exception("start_failed", exc_info=error)
            await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
            return
        async with web_application(rooms) as app:
            tracing.start_tracing(os.environ, service="askonce")
            self._app = TracedApp(app) if tracing.is_on() else app
            _tune_garbage_collector()
            sys.setswitchinterval(SWITCH_INTERVAL_S)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await rooms.close()
        tracing.stop_tracing()
        await send({"type": "lifespan.shutdown.complete"})


def _tune_garbage_collector() -> None:
    """Freeze the objects that exist by now, so that Python's garbage collector does not scan them again.

    A full collection over the modules alone takes 35 ms, in which no request is answered; requests make few cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
