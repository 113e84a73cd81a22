"""Problems (RFC 9457) as exceptions: the tree of docs/problems.md, so that a caller catches one kind or a branch."""

from typing import Any

import httpx
import msgspec

from askonce_client.problem_types import PROBLEM_TYPES, AskonceError

__all__ = ["AskonceError", "problem_of"]


class _FieldError(msgspec.Struct):
    field: str = ""
    message: str = ""


class _Problem(msgspec.Struct):
    type: str = ""
    title: str = ""
    detail: str = ""
    errors: list[_FieldError] = []


def problem_of(response: httpx.Response) -> AskonceError:
    """The problem that an answer tells; an answer that is no problem (a proxy's) is an AskonceError with its status."""
    try:
        told = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.MsgspecError:
        told = _Problem(title=response.reason_phrase, detail=f"{response.status_code} {response.reason_phrase}")
    kind = PROBLEM_TYPES.get(told.type.rpartition("/")[2], AskonceError)
    return kind(told.detail or told.title, **_particulars(response, told))


def _particulars(response: httpx.Response, told: _Problem) -> dict[str, Any]:
    after = response.headers.get("retry-after", "")
    return {
        "type": told.type,
        "title": told.title,
        "status": response.status_code,
        "errors": [(one.field, one.message) for one in told.errors],
        "request_id": response.headers.get("x-request-id"),
        "retry_after_s": float(after) if after.isdigit() else None,
    }
