"""A customer with something in every room, and the erasures of the rooms."""

import pytest

from service.app.erasures import create_erasures
from service.app.rooms import Rooms
from service.privacy.erasure.erase import Erasures
from tests.api.test_examples import story  # noqa: F401 (a fixture)
from tests.channels.conftest import open_door, postbox, settings  # noqa: F401 (fixtures)


@pytest.fixture
def erasures(rooms: Rooms) -> Erasures:
    return create_erasures(rooms)
