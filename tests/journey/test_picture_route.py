"""Programs get the journey as data or as a picture, as they ask."""

from xml.etree import ElementTree as ET

import pytest

from tests.fixtures import NOW
from tests.web.console.story import SAID, tell_annas_story

pytestmark = pytest.mark.slow

SVG = "image/svg+xml"


@pytest.fixture
async def path(desk) -> str:
    return f"/v1/customers/{await tell_annas_story(desk, NOW)}/journey"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        (SVG, SVG),
        (f"{SVG};q=0.5, application/json", "application/json"),
    ],
)
async def test_accept_chooses_between_data_and_picture(desk, path, accept, content_type):
    answer = await desk("console", "GET", path, accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert answer.headers["vary"] == "accept, accept-language"


async def test_the_picture_speaks_the_language_of_the_reader_and_an_anonymous_one_quotes_nobody(desk, path):
    told = (await desk("console", "GET", path, accept=SVG, accept_language="de")).text
    assert "Hilfe suchen" in told
    assert SAID.split(".", maxsplit=1)[0] in "".join(ET.fromstring(told).itertext())
    anonymous = await desk("console", "GET", f"{path}?anonymous=true&language=en", accept=SVG)
    assert anonymous.headers["content-language"] == "en"
    assert "default-src 'none'" in anonymous.headers["content-security-policy"]
    assert "third time" not in anonymous.text
    assert "Anna" not in anonymous.text
