"""A newcomer starts the demo, and finds a day at a support desk going on in its console."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
import pytest

from tests.cli.conftest import COMMAND, ROOT, environment, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
KEY = re.compile(r"^ *(admin|console|bot|store|channel)  (ask_\S+)$")
FEW_ANSWERS = 30
ANNA = {"identity": {"kind": "phone", "value": "+49 171 1234567"}}


@contextmanager
def demo(folder) -> Iterator[tuple[httpx.Client, dict[str, str], str]]:
    """The demo as it stands when its last line is printed: a client, the keys, the link to the console."""
    running = subprocess.Popen(
        [*COMMAND, "demo", "--data-dir", folder], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True
    )
    said, keys = [], {}
    try:
        for line in running.stdout:
            said.append(line)
            if found := KEY.match(line):
                keys[found[1]] = found[2]
            if "Ctrl-C ends it" in line:
                break
        assert "26 of 26 checks held.\n" in said
        (link,) = re.findall(r"^(http\S+/signin/link\S+) opens the console", "".join(said), re.MULTILINE)
        with httpx.Client(base_url=link.partition("/signin")[0], follow_redirects=True) as http:
            yield http, keys, link
    finally:
        running.terminate()
        running.communicate(timeout=60)


def home_of(http: httpx.Client, link: str) -> str:
    """What the console shows to who opens the link and presses its button."""
    url = httpx.URL(link)
    origin = str(http.base_url).rstrip("/")
    form = {"token": url.params["token"]}
    http.post(url.path, data=form, headers={"origin": origin}).raise_for_status()
    return http.get("/console").text


def test_the_day_is_there_when_the_console_opens_and_again_on_the_same_records(new_data_dir):
    data_dir = new_data_dir()
    for _twice in range(2):
        with demo(data_dir) as (http, keys, link):
            key = {"authorization": f"Bearer {keys['console']}"}
            anna = http.post("/v1/context/lookup", json=ANNA, headers=key).json()
            assert anna["customer"]["name"] == "Anna Weber"
            assert len(anna["conversations"][0]["attempts"]) == 5
            assert [one["state"] for one in anna["callbacks"]] == ["missed"]
            home = home_of(http, link)
            for customer in ("Murat Yıldız", "Sophie Brandt", "Petra Schneider", "Familie Demir", "Lukas Berger"):
                assert customer in home
            assert "Missed: 1" in home
            assert segments_of_the_month(http, key) == {"new": (92, 4), "existing": (81, 2)}
            assert until(partial(strengths, http, key)) == {"strong", "household"}
            assert http.get("/v1/feedback", headers=key).json()["total"]["csat"]["n"] > FEW_ANSWERS


def strengths(http: httpx.Client, key: dict[str, str]) -> set[str]:
    """How strong the matches of Anna Weber are, once both are found."""
    items = http.get("/v1/matches", headers=key).json()["items"]
    found = {one["strength"] for one in items if "Anna Weber" in one["names"]}
    return found if len(found) > 1 else set()


def segments_of_the_month(http: httpx.Client, key: dict[str, str]) -> dict[str, tuple[int, int]]:
    """How many matters each segment has, and how many contacts its longest way."""
    flow = http.get("/v1/journeys/flow", params={"segment": "new", "compare": "existing"}, headers=key).json()
    return {one["name"]: (one["matters"], max(node["step"] for node in one["steps"])) for one in flow["segments"]}
