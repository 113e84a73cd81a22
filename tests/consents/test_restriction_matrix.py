"""A restricted customer at every operation that the description lists, so that a new one cannot forget it."""

import re
from uuid import uuid4

import pytest

from service.model.vocabulary import Role
from tests.api.foreign import CANARIES, bodies, foreign, stand_in_a_shop
from tests.api.test_roles_matrix import ACCEPT, NOT_ASKED, leaked
from tests.fixtures import NOW
from tests.handoff.examples import MONDAY

pytestmark = pytest.mark.slow

STORES = {"registerInteraction", "callMcp"}
"""What is stored is answered as ever."""
ANONYMOUS = {"readCallback", "claimCallback", "reportCallAttempt", "rescheduleCallback", "cancelCallback"}
"""A promised call is made without a name."""
OWN_IDS = {"customer_id", "conversation_id", "handoff_id", "condition_id"}
REFUSED, ABSENT = (403, "restricted"), (404, "unknown")
BODIES = {"changeConsents": {"consents": [{"purpose": "marketing", "state": "withdrawn"}]}}
NUMBER = {"phone"}
"""What a desk needs to call."""


async def restricted(desk, *, reason: str = "The customer contests the record."):
    """The customer of the matrix of roles, with a canary in every field, restricted by the privacy desk."""
    there = await foreign(desk)
    await desk("admin", "PUT", "/v1/content/manual", {"title": "Manual", "text": "Read it.", "subjects": ["router"]})
    answer = await desk(
        "privacy",
        "PUT",
        f"/v1/customers/{there.ids['customer_id']}/restriction",
        {"restricted": True, "reason": reason},
    )
    assert answer.status_code == 200, answer.text
    return there


def is_told(role: Role, named: set[str]) -> bool:
    """Whether a key learns that what it names is restricted: what is in other hands looks absent to it, as ever."""
    return role in {Role.ADMIN, Role.CONSOLE} or ("customer_id" in named and role is not Role.PARTNER)


async def asked_by(desk, role: Role, there):
    """What a key is told by each operation: (its name, whether it names something of the customer, the answer)."""
    paths = (await desk("admin", "GET", "/openapi.json")).json()["paths"]
    given = {key.replace("_", ""): body for key, body in bodies(there).items()}
    for path, methods in paths.items():
        for method, operation in methods.items():
            name = operation["operationId"]
            if name in NOT_ASKED or not {role, "any key"} & {*operation["x-roles"]}:
                continue
            if role is Role.ADMIN and Role.PRIVACY in operation["x-roles"]:
                continue  # the routes of the privacy desk
            names = set(re.findall(r"\{([^}]+)\}", path))
            url = path.format_map({one: there.ids.get(one, str(uuid4())) for one in names})
            headers = {"idempotency_key": str(uuid4())}
            headers |= {"host": "127.0.0.1", "accept": ACCEPT} if name == "callMcp" else {}
            told = given.get(name.lower(), [BODIES.get(name, {})] if method in {"put", "post", "patch"} else [None])
            for body in told:
                yield name, names & there.ids.keys(), await desk(role, method.upper(), url, body, **headers)


@pytest.mark.promise("G8")
@pytest.mark.parametrize("role", [one for one in Role if one is not Role.PRIVACY])
async def test_no_operation_tells_anything_of_a_restricted_customer(desk, rooms, clock, role):
    clock.offset = MONDAY - NOW
    async with rooms.database.transaction() as connection:
        await stand_in_a_shop(desk, connection)
    there = await restricted(desk)
    async for name, named, answer in asked_by(desk, role, there):
        shown = leaked(answer.content) - (NUMBER if name in {*ANONYMOUS, "listCallbacks"} else set())
        assert shown == set(), (name, answer.text)
        if named & OWN_IDS and name not in STORES:
            expected = REFUSED if is_told(role, named) else ABSENT
            assert (answer.status_code, answer.json().get("type", "").rpartition("-")[2]) == expected, (
                name,
                answer.text,
            )


@pytest.mark.promise("G8")
async def test_a_lifted_restriction_leaves_everything_as_before(desk, clock):
    clock.offset = MONDAY - NOW
    there = await restricted(desk)
    path = f"/v1/customers/{there.ids['customer_id']}"
    assert (await desk("console", "GET", f"{path}/context")).status_code == 403
    lifted = {"restricted": False, "reason": "The record was corrected."}
    await desk("privacy", "PUT", f"{path}/restriction", lifted)
    shown = await desk("console", "GET", f"{path}/context")
    assert {"fact", "name", "subject", "condition"} <= leaked(shown.content), CANARIES
