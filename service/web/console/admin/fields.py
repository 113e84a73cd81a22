"""What is wrong with a form of the administration, told at its field."""

from msgspec import Struct

from service.errors import InvalidInput
from service.web.console.admin.words import FIELD_PROBLEMS, OTHER_PROBLEM


class FieldProblem(Struct, frozen=True, kw_only=True):
    """A field that cannot be taken (empty: the form as a whole), why, and the service's own sentence in English."""

    field: str
    text: str
    detail: str


def field_problem(error: InvalidInput) -> FieldProblem:
    """The problem at its field: `calendar.exceptions[0].on` is one of the field `exceptions`."""
    field = error.field.removeprefix("calendar.").partition("[")[0].partition(".")[0]
    known = field if field in FIELD_PROBLEMS else ""
    return FieldProblem(field=known, text=FIELD_PROBLEMS.get(known, OTHER_PROBLEM), detail=error.message)
