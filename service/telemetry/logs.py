"""Structured logs on standard error: events in the past tense with ids, one line each."""

import logging
import sys
from contextvars import ContextVar
from typing import Literal

import structlog

REQUEST_ID: ContextVar[bytes] = ContextVar("request_id")
"""The id of the request that is being served; it stands in every line that is logged meanwhile."""

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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_LibraryLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _LibraryLine(logging.Formatter):
    """A library's own event as one line: where from and how severe, neither its text nor its exception's."""

    def format(self, record: logging.LogRecord) -> str:
        error = f" {record.exc_info[0].__name__}" if record.exc_info and record.exc_info[0] else ""
        return f"{record.levelname} {record.name}:{record.funcName}{error}"


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
