"""`askonce matches`: lists who may be one person, and takes decisions."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms

STRENGTHS = ("strong", "likely", "household")
STATES = ("open", "later", "same", "apart")
DECISIONS = ("same", "household", "apart", "later")
strength_option = click.option("--strength", type=click.Choice(STRENGTHS), help="Only matches as sure as this.")
agent_option = click.option(
    "--agent", "agent_name", required=True, envvar="ASKONCE_AGENT", help="The account of the person who decides."
)


@click.group()
def command() -> None:
    """Say which customers are one person.

    Nothing is merged before a person decides, and a decision can be changed at any time. `askonce agents` has the
    accounts of people.
    """


@command.command(name="list")
@strength_option
@click.option("--state", type=click.Choice(STATES), default="open", show_default=True, help="How they stand.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="So many at most.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with the reasons.")
@data_dir_option
def list_(strength: str | None, state: str, limit: int, data_dir: Path | None, *, as_json: bool) -> None:
    """Print matches, the surest first."""
    from service.cli.pairs import print_matches, read_matches
    from service.cli.serving.servers import run_in_transaction
    from service.model.clock import Clock

    items = run_in_transaction(
        data_dir, lambda connection: read_matches(connection, strength, state, limit, now=Clock().now())
    )
    print_matches(items, as_json=as_json)


@command.command()
@click.argument("first", type=click.UUID)
@click.argument("second", type=click.UUID)
@data_dir_option
def show(first: UUID, second: UUID, data_dir: Path | None) -> None:
    """Print two customers side by side, with the reasons and the golden record of both."""
    from service.cli.pairs import print_pair, read_pair
    from service.cli.serving.servers import run_in_transaction
    from service.model.clock import Clock

    print_pair(run_in_transaction(data_dir, lambda connection: read_pair(connection, first, second, Clock().now())))


@command.command()
@click.argument("first", type=click.UUID)
@click.argument("second", type=click.UUID)
@click.argument("decision", type=click.Choice(DECISIONS))
@click.option("--note", help="Why, in words.")
@agent_option
@data_dir_option
def decide(
    *, first: UUID, second: UUID, decision: str, note: str | None, agent_name: str, data_dir: Path | None
) -> None:
    """Decide about two customers.

    `same` merges them; everything else undoes a merge of the two. `apart` and `household` are never suggested again.
    """
    from service.cli.reviewing import open_reviewer
    from service.cli.serving.servers import run_in_rooms
    from service.identity.decisions import MatchDecision

    async def decide_in_rooms(rooms: "Rooms") -> None:
        reviewer = await open_reviewer(rooms, agent_name)
        await reviewer.decide((first, second), MatchDecision(decision), note)

    run_in_rooms(data_dir, decide_in_rooms)


@command.command()
@strength_option
@agent_option
@data_dir_option
def review(strength: str | None, agent_name: str, data_dir: Path | None) -> None:
    """Go through the open matches, the surest first, with one key for each decision.

    s is one person, h one household, x different people, l later, u undoes the last decision, q ends. Without a
    terminal, each line of standard input is such a key.
    """
    from service.cli.reviewing import open_reviewer
    from service.cli.serving.servers import run_in_rooms

    async def review_in_rooms(rooms: "Rooms") -> None:
        await (await open_reviewer(rooms, agent_name)).review(strength)

    run_in_rooms(data_dir, review_in_rooms)
