import asyncio

from structlog.testing import capture_logs

from service.errors import CacheUnavailable
from service.worker.loop import run_repeatedly


class Work:
    """Work with one result per call; an exception is raised. After the last it asks to stop."""

    def __init__(self, *results):
        self.results = list(results)
        self.stop = asyncio.Event()

    async def __call__(self):
        result = self.results.pop(0)
        if not self.results:
            self.stop.set()
        if isinstance(result, Exception):
            raise result
        return result


async def test_work_goes_on_at_once_while_there_is_more():
    work = Work(True, True, True, False)
    await asyncio.wait_for(run_repeatedly(work, name="work", interval_s=60, stop=work.stop), 1)
    assert work.results == []


async def test_a_pause_ends_when_the_worker_is_told_to_stop():
    stop = asyncio.Event()

    async def idle():
        asyncio.get_running_loop().call_soon(stop.set)
        return False

    await asyncio.wait_for(run_repeatedly(idle, name="work", interval_s=60, stop=stop), 1)


async def test_an_outage_is_outlived_and_reported_once():
    work = Work(CacheUnavailable(), CacheUnavailable(), False, False)
    with capture_logs() as logs:
        await run_repeatedly(work, name="work", interval_s=0, stop=work.stop)
    assert [entry["event"] for entry in logs] == ["work_interrupted", "work_resumed"]
    assert logs[1]["failures"] == 2


async def test_a_defect_is_outlived_and_reported_every_time():
    work = Work(ValueError(), ValueError())
    with capture_logs() as logs:
        await run_repeatedly(work, name="work", interval_s=0, stop=work.stop)
    assert [entry["event"] for entry in logs] == ["work_failed", "work_failed"]
