"""Structured logs on standard error: events in the past tense with ids, one line each."""

import logging
import sys
from contextvars import ContextVar
from typing import Literal

import structlog

log = structlog.get_logger()

REQUEST_ID: ContextVar[bytes] = ContextVar("request_id")
"""The id of the request that is being served; it stands in every line that is logged meanwhile."""

_SERVER_LOGGER = "_granian"
LOG_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_logging(*, level: str, log_format: Literal["auto", "json", "console"]) -> None:
    """Set up structlog for this process and send the libraries' own warnings the same way."""
    coloured = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if coloured
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            _add_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _summarise_error,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LOG_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[LibraryHandler()], force=True)


class LibraryHandler(logging.Handler):
    """A library's own event as a line like all others: where from and how severe, not its text, nor its exception's.

    The text of the HTTP server alone is printed: it speaks of its processes.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Log one event."""
        told: dict[str, object] = {"logger": record.name, "function": record.funcName}
        if record.name.startswith(_SERVER_LOGGER):
            told["text"] = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        log.log(min(record.levelno, logging.ERROR), "library_event", exc_info=error, **told)


def _add_request_id(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Name the request in whose course this happened, if there is one."""
    request_id = REQUEST_ID.get(None)
    return event if request_id is None else {"request_id": request_id.decode(), **event}


def _summarise_error(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace an exception by its class and place: the texts of exceptions carry customers' values."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["sqlstate"] = getattr(error, "sqlstate", None)
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        if frame is not None:
            event["at"] = f"{frame.tb_frame.f_globals.get('__name__')}:{frame.tb_lineno}"
    return event
