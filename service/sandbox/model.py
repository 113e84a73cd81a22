"""The shapes of a sandbox: what it is started with, what is kept of it, and what its own routes take and answer."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct

from service.settings.model import Settings

ROUTES = "/v1/sandbox"
"""What the paths of its own routes begin with."""
MAX_ADVANCE_S = 10 * 366 * 86_400
"""How far the clock goes in one move: ten years."""
MAX_STEPS = 10_000
"""At so many moments something may be due on the way of one move."""
SANDBOX_FILE = "sandbox.json"
"""What is kept of a sandbox, in its folder."""
PASSWORD = "sandbox-not-for-real-data"  # noqa: S105 (everybody may know it)
"""Of the console's accounts."""


class SandboxPlan(Struct, frozen=True, kw_only=True):
    """What a sandbox is started with."""

    settings: Settings
    """With the addresses of its own servers."""
    folder: Path
    """Where its servers keep their files; it is the sandbox's alone."""
    begins_at: datetime | None
    """The time that its clock shows at first; None for the present."""


class SandboxState(Struct, kw_only=True):
    """What is kept of a sandbox in its folder, for the next start on it."""

    began_at: datetime | None = None
    """When its world begins; None until the customers are there."""
    customers: list[dict[str, Any]] = []
    offset_s: float = 0.0
    """How far its clock is ahead of the system's."""


class ClockMove(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the clock is to go: one of the two is said."""

    advance_s: Annotated[int, Meta(ge=1, le=MAX_ADVANCE_S)] | None = None
    now: datetime | None = None


class SandboxClock(Struct, frozen=True, kw_only=True):
    """What the clock shows; it goes on from there."""

    now: datetime
    offset_s: float
    """How far it is ahead of the system's time; negative if the sandbox began in the past."""


class ClockMoved(Struct, frozen=True, kw_only=True):
    """What the clock shows after a move."""

    now: datetime
    offset_s: float
    steps: int
    """Moments on the way at which something was due."""
    reached: bool
    """Whether it is where it was to go: else too much was due, and the same move once more goes on."""


class SandboxAgent(Struct, frozen=True, kw_only=True):
    """Who signs in to the console of a sandbox."""

    name: str
    password: str


class SandboxDescription(Struct, frozen=True, kw_only=True):
    """What is in a sandbox."""

    agents: list[SandboxAgent]
    began_at: datetime
    """What its clock shows after a reset."""
    now: datetime
    customers: list[dict[str, Any]]
    """Those with names in the demo: `key`, `id`, `name` and `identities`; the same ids at each start of one version."""
