"""Former names of settings: they go on working until a version that is said, with a warning in the log."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from service.errors import ConfigurationError
from service.settings.files import FILE_SUFFIX


class RenamedSetting(Struct, frozen=True, kw_only=True):
    """A variable that was called otherwise; `until` is the version that does not know the former name any more."""

    former: str
    name: str
    until: str


RENAMED: tuple[RenamedSetting, ...] = ()
"""Every former name that still works; docs/compatibility.md says for how long."""


def with_present_names(environment: Mapping[str, str], renamed: Sequence[RenamedSetting] = RENAMED) -> dict[str, str]:
    """The environment with what stands under former names under the present ones.

    ConfigurationError if a setting stands under both.
    """
    present = dict(environment)
    for one, suffix in _former_names_in(environment, renamed):
        if any(environment.get(one.name + other) for other in ("", FILE_SUFFIX)):
            raise ConfigurationError(f"{one.former} is the former name of {one.name}, and both are set: leave it away.")
        present[one.name + suffix] = present.pop(one.former + suffix)
    return present


def former_names(
    environment: Mapping[str, str], renamed: Sequence[RenamedSetting] = RENAMED
) -> list[tuple[str, str, str]]:
    """Each variable that is set under a former name: that name, the present one, and until which version it works."""
    return [
        (one.former + suffix, one.name + suffix, one.until) for one, suffix in _former_names_in(environment, renamed)
    ]


def _former_names_in(
    environment: Mapping[str, str], renamed: Sequence[RenamedSetting]
) -> Iterator[tuple[RenamedSetting, str]]:
    """The renamed settings that are set, each with the ending of its variable: none, or that of a file."""
    for one in renamed:
        for suffix in ("", FILE_SUFFIX):
            if environment.get(one.former + suffix):
                yield one, suffix
