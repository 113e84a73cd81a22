"""Saves what a form of guidance holds, or says what refused it."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from service.db.pool import Connection, Database
from service.errors import Conflict, InvalidInput
from service.web.console.admin.fields import FieldProblem

Store = Callable[[Connection], Awaitable[None]]
ProblemOf = Callable[[InvalidInput], FieldProblem]


class FormState(Struct, frozen=True, kw_only=True):
    """What a form says of itself: the `problem` of a field, or that what it shows is another one by now."""

    problem: FieldProblem | None = None
    is_stale: bool = False

    @property
    def status(self) -> int:
        """The status of the page with the form."""
        return 422 if self.problem else 409 if self.is_stale else 200


OPENED = FormState()


async def save_or_refuse(database: Database, store: Store, problem_of: ProblemOf) -> FormState | None:
    """Store in a transaction; the form's state if that was refused, None if it is saved."""
    try:
        async with database.transaction() as connection:
            await store(connection)
    except InvalidInput as error:
        return FormState(problem=problem_of(error))
    except Conflict:
        return FormState(is_stale=True)
    return None
