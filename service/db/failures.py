"""What a failure of PostgreSQL is to a caller, by its SQLSTATE (PostgreSQL's appendix A: error codes)."""

from enum import StrEnum

import asyncpg

from service.errors import DatabaseBusy, DatabaseUnavailable, Unavailable


class DatabaseFailure(StrEnum):
    """The kinds of failure that a caller outlives by repeating its request."""

    BUSY = "busy"
    """The statement waited or ran too long, or lost against another one; the server works."""
    GONE = "gone"
    """The server, or the way to it, is not there."""
    READ_ONLY = "read_only"
    """The server takes no writes: it is a standby, or was the primary until a failover."""
    EXHAUSTED = "exhausted"
    """The server works and has no disk or memory left, or its storage fails."""


_KIND_BY_SQLSTATE = {
    "08": DatabaseFailure.GONE,  # connection exceptions
    "25006": DatabaseFailure.READ_ONLY,  # read_only_sql_transaction
    "25P03": DatabaseFailure.BUSY,  # idle_in_transaction_session_timeout
    "25P04": DatabaseFailure.BUSY,  # transaction_timeout
    "40": DatabaseFailure.BUSY,  # serialization failures, deadlocks
    "40002": None,  # transaction_integrity_constraint_violation: repeating does not help
    "53": DatabaseFailure.EXHAUSTED,  # insufficient resources: disk_full, out_of_memory
    "53300": DatabaseFailure.GONE,  # too_many_connections: no connection can be opened
    "53400": DatabaseFailure.BUSY,  # configuration_limit_exceeded: this statement alone wants too much
    "55P03": DatabaseFailure.BUSY,  # lock_not_available
    "57014": DatabaseFailure.BUSY,  # query_canceled, also by statement_timeout
    "57P": DatabaseFailure.GONE,  # shutdown, crash, start, a dropped database
    "58": DatabaseFailure.EXHAUSTED,  # system errors: io_error, undefined_file
    "XX001": DatabaseFailure.EXHAUSTED,  # data_corrupted
    "XX002": DatabaseFailure.EXHAUSTED,  # index_corrupted
}
"""The longest key that the SQLSTATE begins with decides; what has none is a defect of ours, or of a request."""
_SENTENCES = {
    DatabaseFailure.READ_ONLY: "The database takes no writes at the moment: repeat the request with the same ids.",
    DatabaseFailure.EXHAUSTED: "The database can store nothing at the moment: repeat the request with the same ids.",
}
_CONNECTION_ERRORS = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a reply cut off in the middle, or no server that takes writes
)


def failure_of(error: Exception) -> DatabaseFailure | None:
    """What the error says about PostgreSQL; None if it says nothing, so that repeating would not help."""
    if isinstance(error, TimeoutError):  # before OSError, which it is a kind of
        return DatabaseFailure.BUSY
    if isinstance(error, asyncpg.PostgresError):
        return _failure_of_sqlstate(error.sqlstate or "")
    return DatabaseFailure.GONE if isinstance(error, _CONNECTION_ERRORS) else None


def _failure_of_sqlstate(sqlstate: str) -> DatabaseFailure | None:
    for length in (5, 3, 2):
        if sqlstate[:length] in _KIND_BY_SQLSTATE:
            return _KIND_BY_SQLSTATE[sqlstate[:length]]
    return None


def unavailable_error(failure: DatabaseFailure) -> Unavailable:
    """What the caller is told, without values."""
    if failure is DatabaseFailure.BUSY:
        return DatabaseBusy()
    return DatabaseUnavailable(_SENTENCES.get(failure, ""))
