"""The budgets of look-ups: how many misses and distinct customers a key is answered in a minute and in a day.

A process takes units from PostgreSQL in portions of a twentieth of the limit, and spends one before each answer. So all
processes together never answer more than the limit, and a look-up waits for PostgreSQL once a portion; what a process
leaves of its last portion is lost, at most a twentieth of the limit. While PostgreSQL is away, each process keeps the
limit by itself.
"""

import asyncio
from collections.abc import Hashable
from datetime import UTC, datetime
from enum import StrEnum
from math import ceil
from uuid import UUID

import structlog
from prometheus_client import Counter

from service.access.model import Principal
from service.db.pool import Database, urgent_work
from service.db.statements import Statements
from service.errors import LookUpBudget, Unavailable
from service.settings.model import Settings

SQL = Statements("service.access", "budgets")
log = structlog.get_logger()

PORTIONS = 20
"""In so many portions a limit is taken."""
REFUSED_LOOK_UPS = Counter(
    "askonce_look_ups_refused_total", "Look-ups that were refused because a budget of the key is used up.", ["role"]
)


class CountedLookUp(StrEnum):
    """What a budget counts."""

    MISSES = "misses"
    CUSTOMERS = "customers"


class BudgetPeriod(StrEnum):
    """The period of a budget: a minute, or a day in UTC."""

    MINUTE = "minute"
    DAY = "day"

    @property
    def seconds(self) -> int:
        """How long it is."""
        return 60 if self is BudgetPeriod.MINUTE else 86_400


RoleLimits = dict[tuple[CountedLookUp, BudgetPeriod], dict[str, int]]
"""The limits of each budget by role; a role that is not named, and a limit of 0, is unlimited."""


def role_limits(settings: Settings) -> RoleLimits:
    """The limits of all roles, those of minutes first; a role that a setting does not name keeps its default."""
    return {
        (counted, period): _parse_limits(getattr(Settings(), name)) | _parse_limits(getattr(settings, name))
        for period in BudgetPeriod
        for counted in CountedLookUp
        for name in [f"look_up_{counted}_per_{period}"]
    }


def _parse_limits(text: str) -> dict[str, int]:
    return {role: int(limit) for role, _, limit in (one.partition("=") for one in text.split())}


class _Budget:
    """One budget of one key, as far as this process has taken it: `left` units of its last portion."""

    __slots__ = ("counted", "left", "limit", "lock", "period", "seen", "starts_at", "taken", "used_up")

    def __init__(self, counted: CountedLookUp, period: BudgetPeriod, limit: int) -> None:
        self.counted = counted
        self.period = period
        self.limit = limit
        self.lock = asyncio.Lock()
        self.starts_at = 0
        self.begin(0)

    def begin(self, now_s: int) -> None:
        """Begin anew if a period has begun since; `now_s` is unix time."""
        if now_s - self.starts_at < self.period.seconds and self.starts_at:
            return
        self.starts_at = now_s - now_s % self.period.seconds
        self.left = self.taken = 0
        self.used_up = False
        self.seen: set[int] = set()
        """Hashes of the customers that were counted: at most `limit`."""

    def refusal(self, principal: Principal, now: datetime) -> LookUpBudget:
        """The error of a look-up that finds this budget used up."""
        REFUSED_LOOK_UPS.labels(principal.role).inc()
        return LookUpBudget(self.starts_at + self.period.seconds - int(now.timestamp()))


class KeyBudgets:
    """The budgets of one key, in the minute that ends at `ends_at`; `known` customers were counted in it."""

    __slots__ = ("budgets", "ends_at", "known", "refusing")

    def __init__(self, budgets: tuple[_Budget, ...]) -> None:
        self.budgets = budgets
        self.ends_at = datetime.min.replace(tzinfo=UTC)
        self.known: set[int] = set()
        """Their hashes."""
        self.refusing: _Budget | None = None
        """The budget that is used up, of several the one that lasts longest."""

    def has_counted(self, subject: Hashable) -> bool:
        """Whether an answer about this customer costs nothing now."""
        return hash(subject) in self.known and self.refusing is None

    def begin(self, now: datetime) -> None:
        """Begin anew what has ended by now."""
        now_s = int(now.timestamp())
        for budget in self.budgets:
            budget.begin(now_s)
        self.ends_at = datetime.fromtimestamp(now_s - now_s % 60 + 60, UTC)
        self.known = set()
        self.find_refusing()

    def find_refusing(self) -> None:
        """See which budget is used up; those of days come last."""
        self.refusing = next((one for one in reversed(self.budgets) if one.used_up), None)


class LookUpBudgets:
    """The budgets of the keys that this process has met."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._limits = role_limits(settings)
        self._keys: dict[int, KeyBudgets] = {}

    def check(self, principal: Principal, now: datetime) -> KeyBudgets:
        """The key's budgets. LookUpBudget if one is known to be used up: hit and miss look alike then."""
        key = self._keys.get(principal.key_id.int) or self._open(principal)
        if now >= key.ends_at:
            key.begin(now)
        if key.refusing is not None:
            raise key.refusing.refusal(principal, now)
        return key

    async def count_miss(self, principal: Principal, now: datetime) -> None:
        """Count that no customer was found, before the answer says so. LookUpBudget if no miss is left."""
        key = self.check(principal, now)
        for budget in key.budgets:
            if budget.counted is CountedLookUp.MISSES:
                async with budget.lock:
                    await self._spend(key, budget, principal, now)

    async def count_customer(self, principal: Principal, subject: Hashable, now: datetime) -> None:
        """Count the customer that an answer is about, before it is given. LookUpBudget if a new one is too many."""
        key, hashed = self.check(principal, now), hash(subject)
        known = key.known
        for budget in key.budgets:
            if budget.counted is CountedLookUp.CUSTOMERS and hashed not in budget.seen:
                async with budget.lock:
                    if hashed not in budget.seen:  # no other request was answered about this one meanwhile
                        await self._spend(key, budget, principal, now)
                        budget.seen.add(hashed)
        known.add(hashed)

    def _open(self, principal: Principal) -> KeyBudgets:
        key = self._keys[principal.key_id.int] = KeyBudgets(
            tuple(
                _Budget(counted, period, limits[principal.role])
                for (counted, period), limits in self._limits.items()
                if limits.get(principal.role)
            )
        )
        return key

    async def _spend(self, key: KeyBudgets, budget: _Budget, principal: Principal, now: datetime) -> None:
        """Spend one unit, of another portion if need be. LookUpBudget if there is none."""
        while not budget.left:
            if budget.used_up:
                raise budget.refusal(principal, now)
            await self._take_portion(budget, principal.key_id)
            key.find_refusing()
        budget.left -= 1

    async def _take_portion(self, budget: _Budget, key_id: UUID) -> None:
        starts_at, portion = budget.starts_at, ceil(budget.limit / PORTIONS)
        try:
            with urgent_work():  # a budget that cannot be asked for is granted: overload must not be a way to that
                async with self._database.connection() as connection:
                    began_at = datetime.fromtimestamp(starts_at, UTC)
                    taken = await connection.fetchval(
                        SQL.take_portion, key_id, budget.counted, budget.period, began_at, portion
                    )
        except Unavailable:
            taken = budget.taken + portion
        granted = 0 if taken is None else max(0, min(portion, budget.limit - (taken - portion)))
        if budget.starts_at == starts_at:
            budget.left += granted
            budget.taken += granted
            budget.used_up = not granted
        if not granted:
            log.warning("look_up_budget_used_up", key_id=key_id, counted=budget.counted, period=budget.period)
