"""What pages load comes small, once, and under a name that changes with its content."""

import gzip
import re
from hashlib import sha256

import brotli
import pytest

from service.web.console.assets import load_assets

ASSETS = load_assets()
NAMES = ("brand.svg", "console.css", "console.js", "htmx.js", "icons.svg", "inter-latin.woff2", "inter-latin-ext.woff2")
FIRST_VISIT = {"console.css", "console.js", "htmx.js", "icons.svg", "inter-latin.woff2", "brand.svg"}


def asset(name: str):
    return ASSETS.find(ASSETS.url(name).rpartition("/")[2])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_says_the_content(name):
    found = asset(name)
    digest = sha256(found.content["identity"]).hexdigest()
    assert found.file_name == f"{name.rpartition('.')[0]}-{digest[:12]}.{name.rpartition('.')[2]}"


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("woff2")])
def test_each_encoding_of_a_text_holds_the_same(name):
    content = asset(name).content
    assert brotli.decompress(content["br"]) == gzip.decompress(content["gzip"]) == content["identity"]


def test_the_style_sheet_names_its_fonts_by_their_content():
    named = re.findall(r"url\(([^)]+)\)", asset("console.css").content["identity"].decode())
    assert named == [ASSETS.url("inter-latin.woff2"), ASSETS.url("inter-latin-ext.woff2")]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("BR", "br"),
        ("br;q=0.000", "identity"),
        ("deflate", "identity"),
    ],
)
def test_the_smallest_encoding_is_sent_that_a_browser_takes(accepted, encoding):
    assert asset("htmx.js").encoding_for(accepted) == encoding
    assert asset("inter-latin.woff2").encoding_for(accepted) == "identity"


def test_what_a_first_visit_loads_leaves_room_for_its_page():
    loaded = sum(min(map(len, asset(name).content.values())) for name in FIRST_VISIT)
    assert loaded < 90_000


def test_there_is_nothing_under_another_name():
    assert ASSETS.find("console.css") is None
    with pytest.raises(KeyError):
        ASSETS.url("console-1.css")
