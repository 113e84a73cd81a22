"""Settings that stand in files, such as the secrets that Docker and Kubernetes hand to a container."""

import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from service.errors import ConfigurationError

FILE_SUFFIX = "_FILE"
"""What a setting's variable ends in if it names a file with the value."""
_MOST_BYTES = 65_536
_OTHERS = stat.S_IROTH | stat.S_IWOTH


def with_files_read(environment: Mapping[str, str], variables: Collection[str]) -> dict[str, str]:
    """What these variables say; of one that is given as NAME_FILE, what that file holds, without newlines at its end.

    A variable that is absent or empty is left out. ConfigurationError names the variable whose file cannot be taken.
    """
    said = {name: environment[name] for name in variables if environment.get(name)}
    for name, path in _given_files(environment, variables):
        if name in said:
            raise ConfigurationError(f"{name} and {name}{FILE_SUFFIX} are both set: leave one of them away.")
        said[name] = _read_value(f"{name}{FILE_SUFFIX}", path)
    return said


def exposed_files(environment: Mapping[str, str], variables: Collection[str]) -> list[str]:
    """The variables NAME_FILE with a file that every user of this machine may read or change, sorted."""
    given = _given_files(environment, variables)
    return sorted(f"{name}{FILE_SUFFIX}" for name, path in given if path.stat().st_mode & _OTHERS)


def _given_files(environment: Mapping[str, str], variables: Collection[str]) -> Iterator[tuple[str, Path]]:
    for name in variables:
        if path := environment.get(name + FILE_SUFFIX):
            yield name, Path(path)


def _read_value(variable: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
        value = raw.decode().rstrip("\r\n")
    except OSError as error:
        raise ConfigurationError(f"{variable}: {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise ConfigurationError(f"{variable}: {path} holds no text in UTF-8.") from None
    if not value:
        raise ConfigurationError(f"{variable}: {path} is empty.")
    if len(raw) > _MOST_BYTES or "\0" in value:
        raise ConfigurationError(f"{variable}: {path} is no value of a setting: it is too long, or binary.")
    return value
