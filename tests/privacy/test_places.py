"""The data map names every key of Redis, file, field of a log line or message, and label of a metric."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from service.db.pool import Database
from service.events.payload import EventData, EventEnvelope
from service.privacy.map.model import Category
from service.privacy.map.places import EVENT_FIELDS, FILES, LOG_FIELDS, METRIC_LABELS, REDIS_KEYS
from service.resolution.playback.model import GoldenRecordChanged
from tests.house.place import ROOT

ADVICE = (
    "Say what it holds in service/privacy/map/places.py; a name, an address, a number or a text belongs nowhere here."
)
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "bind"}
METRICS = {"Counter", "EventCounter", "Gauge", "Histogram", "Summary"}
OF_ANSWERS_AND_LIBRARIES = {"method", "route", "status", "problem", "ms", "logger", "function", "text"}
"""Those that service/web/http/middleware.py and service/telemetry/logs.py put together as they run."""
OF_EVERY_LINE = {"event", "level", "timestamp", "request_id", "error", "sqlstate", "at"}
KEY = re.compile(r"^[a-z]+:")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the service with its tree."""
    for path in sorted((ROOT / "service").rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call as written: `log.info`, with its node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def log_fields(tree: ast.AST) -> set[str]:
    """Names of the fields that log lines are given; `**` for those that cannot be read from the code."""
    return {
        keyword.arg or "**"
        for called, node in calls(tree)
        if re.fullmatch(rf"(self\._)?log\.({'|'.join(LOG_METHODS)})", called)
        for keyword in node.keywords
    }


def metric_labels(tree: ast.AST) -> set[str]:
    """Names of the labels that metrics are declared with."""
    return {
        label
        for called, node in calls(tree)
        if called in METRICS and node.args and str(getattr(node.args[0], "value", "")).startswith("askonce_")
        for given in [*node.args[2:3], *(one.value for one in node.keywords if one.arg == "labelnames")]
        for label in ast.literal_eval(given)
    }


def redis_prefixes(tree: ast.AST) -> set[str]:
    """What the keys begin with that a module makes for the cache."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.Constant):
            first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
            text = first.value if isinstance(first, ast.Constant) else ""
            text = text.decode() if isinstance(text, bytes) else text
            if isinstance(text, str) and " " not in text and (begin := KEY.match(text)):
                found.add(begin[0])
    return found


def uses_cache(tree: ast.AST) -> bool:
    """Whether a module sends commands to Redis."""
    return any(re.search(r"cache\.send$", called) for called, _ in calls(tree))


def check(found: set[str], mapped: set[str]) -> None:
    """Fail with advice if something is found that is not mapped."""
    assert not (new := found - mapped), f"The data map does not know {sorted(new)}. {ADVICE}"


@pytest.mark.promise("G1")
def test_every_field_of_a_log_line_is_mapped():
    used = {field for path, tree in sources() if path.name != "logs.py" for field in log_fields(tree)}
    check(used, set(LOG_FIELDS))
    assert set(LOG_FIELDS) == used | OF_EVERY_LINE | OF_ANSWERS_AND_LIBRARIES


def test_a_log_line_with_a_new_field_fails_with_advice():
    with pytest.raises(AssertionError, match=r"shoe_size.*Say what it holds"):
        check(log_fields(ast.parse("log.info('fitted', shoe_size=42)")), set(LOG_FIELDS))


def test_no_log_line_holds_what_a_person_said_or_is():
    personal = {Category.CONTACT, Category.CONTENT, Category.BEHAVIOUR, Category.PROFILE}
    assert not {name for name, field in LOG_FIELDS.items() if field.category in personal}


def test_every_label_of_a_metric_is_mapped():
    assert {label for _, tree in sources() for label in metric_labels(tree)} == set(METRIC_LABELS)


def test_every_field_of_an_event_is_mapped():
    shapes = (EventEnvelope, GoldenRecordChanged, *get_args(EventData))
    check({field.encode_name for shape in shapes for field in msgspec.structs.fields(shape)}, set(EVENT_FIELDS))


def test_every_key_of_redis_that_the_code_makes_is_mapped():
    made = {prefix for _, tree in sources() if uses_cache(tree) for prefix in redis_prefixes(tree)}
    check(made, {place.name for place in REDIS_KEYS})


def test_a_key_of_redis_that_says_nothing_fails_with_advice():
    made = redis_prefixes(ast.parse("cache.send('SET', f'shoes:{customer_id}', size)"))
    with pytest.raises(AssertionError, match=r"shoes:.*Say what it holds"):
        check(made, {place.name for place in REDIS_KEYS})


@pytest.mark.promise("G1")
async def test_every_key_that_a_day_leaves_in_redis_is_mapped(desk, cache):
    await desk.register(text="My router does not connect.")
    assert (await desk.look_up()).status_code == 200
    assert (await desk.look_up()).status_code == 200
    keys = [key.decode() for key in await cache.send("KEYS", "*")]
    assert keys
    check({KEY.match(key)[0] for key in keys}, {place.name for place in REDIS_KEYS})


async def test_every_file_of_a_data_folder_is_mapped(database: Database):
    async with database.connection() as connection:
        folder = Path(await connection.fetchval("SELECT current_setting('data_directory')")).parent
    check({one.name for one in folder.iterdir()}, {place.name.rstrip("/") for place in FILES})
