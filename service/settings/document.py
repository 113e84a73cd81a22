"""The settings as operators read them: a page of the docs, and an example of a file of environment variables."""

import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, inspect

from service.settings.environment import VARIABLE_PREFIX
from service.settings.model import Settings
from service.settings.renamed import RENAMED
from service.settings.sign_in import SignInSettings

_INTRODUCTION = """\
# Settings

Every setting is an environment variable. An empty one counts as unset; a wrong one stops the start with a sentence that
names it. With neither `ASKONCE_DATABASE_URL` nor `ASKONCE_REDIS_URL` set, `askonce serve` runs a PostgreSQL and a
Valkey of its own; to use other servers, set both. [`deploy/service.env.example`](../deploy/service.env.example) holds
all variables as a file. `make docs` writes both from the code.

Each may stand in a file instead, as Docker and Kubernetes hand over secrets:
`ASKONCE_DATABASE_URL_FILE=/run/secrets/database_url` in place of `ASKONCE_DATABASE_URL`, and so on for every name.
Newlines at the file's end do not count. A file that cannot be read, is empty, or stands beside the variable itself
stops the start; one that everybody on the machine may read is warned of. Files are read at the start alone.

| variable | what it is | value | default |
|---|---|---|---|
"""
_FORMER_NAMES = """
## Former names

They work until the version that is named, with a warning in the log.

| former name | name | works until |
|---|---|---|
"""
_COMMENT = "# The settings of askonce. A variable that is commented out stands at its default.\n"
_COMPOSE_VARIABLES = """
# For compose.yaml alone: the password of the PostgreSQL it runs, of letters and digits.
POSTGRES_PASSWORD=
"""
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}


class SettingDescription(Struct, frozen=True, kw_only=True):
    """One setting in words."""

    variable: str
    description: str
    value: str
    default: str


def describe_settings() -> Iterator[SettingDescription]:
    """Every setting, in the order of the struct; what it takes from another one stands behind its own."""
    shape = inspect.type_info(Settings)
    assert isinstance(shape, inspect.StructType)
    for field in sorted(shape.fields, key=lambda one: one.name in SignInSettings.__struct_fields__):
        assert isinstance(field.type, inspect.Metadata)
        yield SettingDescription(
            variable=VARIABLE_PREFIX + field.name.upper(),
            description=str((field.type.extra_json_schema or {})["description"]),
            value=_allowed_values(field.type.type),
            default=_default_text(field.default),
        )


def settings_page() -> str:
    """The settings as a Markdown page."""
    rows = (
        f"| `{one.variable}` | {one.description} | {one.value} | {_code_span(one.default)} |\n"
        for one in describe_settings()
    )
    former = (f"| `{one.former}` | `{one.name}` | {one.until} |\n" for one in RENAMED)
    return "".join((_INTRODUCTION, *rows, *((_FORMER_NAMES, *former) if RENAMED else ())))


def settings_example() -> str:
    """The settings as a file of environment variables, each commented out at its default."""
    lines = (f"\n# {one.description}\n# {one.variable}={one.default}\n" for one in describe_settings())
    return "".join((_COMMENT, *lines, _COMPOSE_VARIABLES))


def _allowed_values(kind: inspect.Type) -> str:
    """What may be written, in words."""
    match kind:
        case inspect.BoolType():
            return "`true` or `false`"
        case inspect.LiteralType():
            return ", ".join(f"`{choice}`" for choice in kind.values)
        case inspect.IntType():
            return _number_with_bounds("whole number", kind)
        case inspect.FloatType():
            return _number_with_bounds("number", kind)
        case inspect.UnionType():
            return "path"
        case _:
            return "text"


def _number_with_bounds(noun: str, kind: inspect.IntType | inspect.FloatType) -> str:
    bounds = (f"{words} {bound}" for name, words in _BOUNDS.items() if (bound := getattr(kind, name)) is not None)
    return ", ".join((noun, *bounds))


def _default_text(default: object) -> str:
    """A default as it would be written in the environment."""
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _code_span(text: str) -> str:
    return f"`{text}`" if text else "empty"


if __name__ == "__main__":
    page, example = map(Path, sys.argv[1:])
    page.write_text(settings_page(), "utf-8")
    example.write_text(settings_example(), "utf-8")
