"""Problems as exceptions, in the tree of docs/problems.md."""

from generator.names import NOTICE, docstring
from service.errors import AskonceError
from service.web.http.problems import PROBLEMS

_HEAD = f'''"""Every problem of the API as an exception. {NOTICE}"""


class AskonceError(Exception):
    """Something went wrong; the kinds of problems are its subclasses. The message is the problem's `detail`."""

    def __init__(
        self, detail: str, *, type: str = "", title: str = "", status: int = 0,
        errors: list[tuple[str, str]] | None = None, request_id: str | None = None, retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail, self.type, self.title, self.status = detail, type, title, status
        self.errors = errors or []
        """(field, message) of each part of the request that cannot be taken."""
        self.request_id = request_id
        self.retry_after_s = retry_after_s


'''


def problems_module() -> str:
    """The text of the module `problem_types`, each class after the one that it is a kind of."""
    kinds = sorted(PROBLEMS, key=lambda kind: (len(kind.__mro__), kind.__name__))
    classes = [_problem(kind) for kind in kinds if kind is not AskonceError]
    table = "".join(f"    {PROBLEMS[kind].type.rpartition('/')[2]!r}: {kind.__name__},\n" for kind in kinds)
    return _HEAD + "\n\n".join(classes) + f"\n\nPROBLEM_TYPES: dict[str, type[AskonceError]] = {{\n{table}}}\n"


def _problem(kind: type[AskonceError]) -> str:
    parent = next(base for base in kind.__mro__[1:] if base in PROBLEMS)
    return f"class {kind.__name__}({parent.__name__}):\n    {docstring(kind.__doc__, kind.__name__)}\n"
