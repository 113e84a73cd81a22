"""Two customers side by side on a terminal: what both state, why they may be one person, and what would stand."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import click
import msgspec
from msgspec import Struct

from service.cli.terminal import print_table
from service.db.pool import Connection
from service.identity.matching.weigh import MatchStrength
from service.resolution.effects import preview_merge
from service.resolution.matches.listing import list_matches
from service.resolution.matches.model import MatchItem, MatchState
from service.resolution.model import MergeEffect
from service.web.console.matches.comparison import ComparedLine, SideValue, compared_fields
from service.web.console.matches.reads import read_match

_SEPARATOR = "; "


class ShownPair(Struct, frozen=True, kw_only=True):
    """A pair of customers as it stands now; `match` is None if nothing speaks for one person."""

    lines: tuple[ComparedLine, ...]
    match: MatchItem | None
    effect: MergeEffect


async def read_pair(connection: Connection, customer_id: UUID, other_id: UUID, now: datetime) -> ShownPair:
    """Both with what a merge would change. CustomerUnknown if one is gone, MergeImpossible if they are one already."""
    effect = await preview_merge(connection, customer_id, other_id, now)
    lines = compared_fields(effect.golden.before, effect.golden.other, effect.golden.after)
    match = await read_match(connection, customer_id, other_id, now)
    return ShownPair(lines=tuple(lines), match=match, effect=effect)


def print_pair(pair: ShownPair) -> None:
    """Each field of both sides and of the golden record of both, the reasons with their bits, and what would change."""
    print_table(("field", "", "first", "second", "as one person"), [_row(line) for line in pair.lines])
    click.echo("")
    if pair.match is None:
        click.echo("Nothing on record suggests that they are one person.")
    else:
        print_table(("bits", "why"), [(f"{one.bits:+.1f}", one.text) for one in pair.match.reasons])
        click.echo(f"\n{how_sure(pair.match)}")
    for line in _effect_lines(pair.effect):
        click.echo(line)


def _effect_lines(effect: MergeEffect) -> Iterator[str]:
    for one in effect.conflicts:
        if one.exclusive:
            yield f"Each has its own {one.field}, of which a person has one."
    yield (
        f"A merge concerns {len(effect.handoffs)} handoffs, {len(effect.callbacks)} callbacks and "
        f"{len(effect.conditions)} conditions."
    )
    told = ", ".join(f"{one.source} {one.external_id}" for one in effect.sources_told)
    yield f"A merge tells {told}." if told else "A merge tells no other system."


def how_sure(match: MatchItem) -> str:
    """How sure it is, in words."""
    return f"{match.strength}: one person {match.p:.1%}, one household {match.household:.1%}"


async def read_matches(
    connection: Connection, strength: str | None, state: str, limit: int, *, now: datetime
) -> list[MatchItem]:
    """So many matches, the surest first."""
    wanted = MatchStrength(strength) if strength else None
    page = await list_matches(connection, strength=wanted, state=MatchState(state), limit=limit, now=now)
    return list(page.items)


def print_matches(items: Sequence[MatchItem], *, as_json: bool) -> None:
    """A line for each match: the strength, the probability, both customers with their names, the state."""
    if as_json:
        for one in items:
            click.echo(msgspec.json.encode(one))
    else:
        print_table(("strength", "p", "first", "second", "state"), list(_match_rows(items)))


def _match_rows(items: Sequence[MatchItem]) -> Iterator[tuple[str, ...]]:
    for one in items:
        sides = (f"{customer} {name or '-'}" for customer, name in zip(one.customers, one.names, strict=True))
        yield (one.strength or "-", f"{one.p:.3f}", *sides, one.state)


def _row(line: ComparedLine) -> tuple[str, ...]:
    sign = "differs" if line.differs else "same" if line.same else ""
    return line.name, sign, _texts(line.here), _texts(line.there), _SEPARATOR.join(line.together)


def _texts(values: Sequence[SideValue]) -> str:
    return _SEPARATOR.join(_text(one) for one in values)


def _text(value: SideValue) -> str:
    return f"{value.text} ({', '.join(value.sources)})" if value.sources else value.text
