"""What is kept of a sandbox in its folder; a folder that has it is that of a sandbox."""

from pathlib import Path

import msgspec

from service.errors import ConfigurationError
from service.sandbox.model import SANDBOX_FILE, SandboxState


def read_state(folder: Path) -> SandboxState | None:
    """What is kept of the sandbox in this folder; None if the folder is of none. ConfigurationError."""
    try:
        return msgspec.json.decode((folder / SANDBOX_FILE).read_bytes(), type=SandboxState)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{folder / SANDBOX_FILE} is damaged: choose an empty or new --data-dir.") from error


def write_state(folder: Path, state: SandboxState) -> None:
    """Keep this of the sandbox in this folder."""
    draft = folder / f"{SANDBOX_FILE}.new"
    draft.write_bytes(msgspec.json.encode(state))
    draft.replace(folder / SANDBOX_FILE)
