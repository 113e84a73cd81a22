"""Which agent fits what a handoff wants, and which queues a desk may give an agent; pure."""

from collections.abc import Collection, Sequence

from service.agents.model import AgentWishes
from service.errors import InvalidInput
from service.model.languages import primary_language


def fits(wishes: AgentWishes | None, *, skills: Collection[str], languages: Collection[str]) -> bool:
    """Whether an agent has all wanted skills and the wanted language: `tr-TR` is spoken by who speaks `tr`."""
    if wishes is None:
        return True
    has_skills = {_key(one) for one in wishes.skills} <= {_key(one) for one in skills}
    return has_skills and (
        wishes.language is None or primary_language(wishes.language) in {primary_language(one) for one in languages}
    )


def check_queues(queues: Sequence[str], unknown: Collection[str], *, only_queue: str | None) -> None:
    """InvalidInput names the queues that do not exist, and to a partner of `only_queue` all but its own."""
    refused = [one for one in queues if one in unknown or only_queue not in {None, one}]
    if refused:
        raise InvalidInput(field="queues", message=f"There is no such queue: {', '.join(refused)}.")
    if only_queue is not None and not queues:
        raise InvalidInput(field="queues", message=f"An agent of this key serves the queue {only_queue}.")


def _key(skill: str) -> str:
    return skill.strip().casefold()
