"""A person decides about matches on a terminal, one after the other."""

import asyncio
import sys
from uuid import UUID

import click

from service.access.accounts.accounts import find_account
from service.app.rooms import Rooms
from service.cli.pairs import print_pair, read_matches, read_pair
from service.identity.decisions import MatchDecision
from service.resolution.decisions import MatchDecisionInput, decide_match
from service.resolution.matches.model import MatchState
from service.resolution.withdrawal import withdraw_decision

DECISIONS = {
    "s": MatchDecision.SAME,
    "h": MatchDecision.HOUSEHOLD,
    "x": MatchDecision.APART,
    "l": MatchDecision.LATER,
}
UNDO, QUIT = "u", "q"
PROMPT = "s one person, h one household, x different people, l later, u undo the last one, q quit"
Pair = tuple[UUID, UUID]


class Reviewer:
    """Decides in the name of an agent's account."""

    def __init__(self, rooms: Rooms, account_id: UUID) -> None:
        self._rooms = rooms
        self._account_id = account_id

    async def decide(self, pair: Pair, decision: MatchDecision, note: str | None = None) -> None:
        """Decide about two customers, on record."""
        wanted = MatchDecisionInput(decision=decision, note=note)
        async with self._rooms.database.transaction() as connection:
            decided = await decide_match(
                connection, *pair, wanted, now=self._rooms.clock.now(), key_id=self._account_id
            )
        await self._rooms.drop_views([change.customer_id for change in decided.changes])

    async def undo(self, pair: Pair) -> None:
        """Take a decision back: the match is open again."""
        async with self._rooms.database.transaction() as connection:
            changes = await withdraw_decision(connection, *pair, now=self._rooms.clock.now(), key_id=self._account_id)
        await self._rooms.drop_views([change.customer_id for change in changes])

    async def review(self, strength: str | None) -> None:
        """Show open matches, the surest first, and do what the keys say, until there are none or `q` is pressed."""
        last: Pair | None = None
        while (pair := await self._show_next(strength)) or last:
            key = await asyncio.to_thread(_read_key)
            if key == QUIT:
                return
            if key == UNDO and last:
                await self.undo(last)
                last = None
            elif key in DECISIONS and pair:
                await self.decide(pair, DECISIONS[key])
                last = pair
                click.echo(f"{DECISIONS[key]}: {pair[0]} {pair[1]}")

    async def _show_next(self, strength: str | None) -> Pair | None:
        now = self._rooms.clock.now()
        async with self._rooms.database.connection() as connection:
            items = await read_matches(connection, strength, MatchState.OPEN, 1, now=now)
            if not items:
                click.echo("There is no open match.")
                return None
            one, other = items[0].customers
            shown = await read_pair(connection, one, other, now)
        click.echo(f"\n{one}  {other}")
        print_pair(shown)
        return one, other


async def open_reviewer(rooms: Rooms, agent_name: str) -> Reviewer:
    """The reviewer of this account. Absent if there is none."""
    async with rooms.database.connection() as connection:
        account = await find_account(connection, agent_name)
    return Reviewer(rooms, account.account_id)


def _read_key() -> str:
    """The next key of a terminal, or the next line of what is no terminal; its end ends the review."""
    click.echo(PROMPT, err=True)
    if sys.stdin.isatty():
        return click.getchar().lower()
    line = sys.stdin.readline()
    return line.strip().lower()[:1] if line else QUIT
