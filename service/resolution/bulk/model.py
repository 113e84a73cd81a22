"""The shapes of a run over all customers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, field

from service.identity.matching.learn import Proposal
from service.resolution.matches.found import Pair

SAMPLES_A_BAND = 20
BANDS = ("0.95", "0.80", "0.50", "household", "0.30")
"""From this p to below that of the band before; a household is below half."""


KeyRange = tuple[int, int | None]
"""Keys from the first to below the second; None is after the last one."""


class RunOptions(Struct, frozen=True, kw_only=True):
    """What a run is asked for."""

    dry_run: bool = False
    """Store no match."""
    learn: bool = False
    """Propose tables that are learned from the pairs at hand."""
    since: datetime | None = None
    """Only customers whose statements changed since then are compared with others."""


class RunPhase(StrEnum):
    """The parts of a run, in their order."""

    PROFILES = "profiles"
    PAIRS = "pairs"


class SampledPair(Struct, frozen=True, kw_only=True):
    """A pair for the eyes of an operator."""

    pair: Pair
    p: float
    household: float
    strength: str | None


class RangeResult(Struct, kw_only=True):
    """What one step over pairs found."""

    weighed: int = 0
    strengths: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[SampledPair]] = field(default_factory=dict)

    def add(self, other: "RangeResult") -> None:
        """Count the other's findings too."""
        self.weighed += other.weighed
        for strength, count in other.strengths.items():
            self.strengths[strength] = self.strengths.get(strength, 0) + count
        for band, samples in other.samples.items():
            self.samples[band] = (self.samples.get(band, []) + samples)[:SAMPLES_A_BAND]


class RunState(Struct, kw_only=True):
    """How far a run is, so that another process can go on."""

    started_at: datetime
    options: RunOptions
    phase: RunPhase = RunPhase.PROFILES
    customer: UUID = UUID(int=0)
    """The last customer of the steps that are done."""
    step: int = 0
    """Ranges of keys that are done."""
    profiles: int = 0
    """Profiles that were made anew."""
    tables: str = ""
    """The tables that pairs are weighed by, as JSON; empty until the prior is learned."""
    proposal: Proposal | None = None
    """Tables that were learned, if that was asked for."""
    found: RangeResult = field(default_factory=RangeResult)


def band_of(p: float, household: float) -> str | None:
    """The band that a pair is sampled for."""
    if p >= 0.5:  # noqa: PLR2004 (the lower ends of the bands)
        return next(band for band in BANDS[:3] if p >= float(band))
    if household >= 0.5:  # noqa: PLR2004
        return "household"
    return "0.30" if p >= 0.3 else None  # noqa: PLR2004


class WorkerSettings(Struct, frozen=True, kw_only=True):
    """What a process of a run is told at its start."""

    url: str
    region: str
