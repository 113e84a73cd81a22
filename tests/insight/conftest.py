"""A worker that evaluates rules when a test asks it to."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from service.app.worker import worker_dependencies
from service.insight.evaluation import EvaluationTerms, evaluate_changes
from service.worker.relay import relay_outbox

ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def evaluate(rooms, clock):
    """Lets a worker tell what happened and evaluate the rules, until nothing is left to do."""

    async def work() -> None:
        while await relay_outbox(worker_dependencies(rooms)) or await evaluate_changes(
            rooms.database, EvaluationTerms(now=clock.now(), zone=ZONE, gave_up_after=timedelta(days=14))
        ):
            pass
        await relay_outbox(worker_dependencies(rooms))  # what the last evaluation told

    return work
