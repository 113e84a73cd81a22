"""What the API's own description promises, tried with inputs that nobody would think of."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.access.keys import create_key
from service.embedded.supervisor import join_servers
from service.model.vocabulary import Role
from tests.cli.conftest import serving
from tests.fixtures import NOW

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def service(new_data_dir) -> Iterator[tuple[str, str]]:
    """The address of a running service, and a key that may do everything."""
    data_dir = new_data_dir()
    with serving("--data-dir", str(data_dir), durable="false") as running:
        yield running.url, asyncio.run(_key(join_servers(data_dir).database_url))


async def _key(database_url: str) -> str:
    connection = await asyncpg.connect(database_url)
    try:
        return await create_key(connection, role=Role.ADMIN, name="schemathesis", now=NOW)
    finally:
        await connection.close()


def probe(operation, key: str) -> None:
    """Try one endpoint with a dozen of made-up requests."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers_as_described(case):
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)

    answers_as_described()


def test_every_endpoint_answers_as_described(service, subtests):
    url, key = service
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json", headers={"Authorization": f"Bearer {key}"})
    for found in schema.exclude(path="/v1/events").get_all_operations():
        operation = found.ok()
        with subtests.test(operation.label):
            probe(operation, key)
