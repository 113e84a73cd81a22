"""Templates hold nothing that the pages' Content-Security-Policy forbids: a browser ignores that without a word."""

import re
from pathlib import Path

import pytest

from service.web.console.assets import load_assets
from tests.house.place import ROOT

TEMPLATES = sorted((ROOT / "service/web/console/templates").rglob("*.html"))
STANDS_ALONE = ROOT / "service/web/console/templates/export/document.html"
"""A page that customers keep, so that its style is in it; its policy allows this very style by its hash."""
FORBIDDEN = {
    "an inline style": r"""\sstyle\s*=""",
    "a style element": r"<style\b",
    "a script in the page": r"<script\b(?![^>]*\ssrc=)",
    "an event handler": r"""[\s"']on[a-z]{3,}\s*=""",
    "a handler of htmx": r"\bhx-on\b",
    "values that are code": r"""hx-(?:vals|headers)\s*=\s*["']?\s*(?:js|javascript):""",
    "a filter that is code": r"""hx-trigger\s*=\s*(?:"[^"]*\[|'[^']*\[|[^\s>"']*\[)""",
    "a link that is code": r"javascript:",
    "something from elsewhere": r"""(?:src|href|action|hx-(?:get|post|put|delete))\s*=\s*["']?(?:https?:)?//""",
    "text that is not escaped": r"\|\s*safe\b|autoescape\s+false",
}


def findings(template: str) -> list[str]:
    """What a template holds that no page may."""
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, template, re.IGNORECASE)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_nothing_that_a_browser_would_refuse(path: Path):
    allowed = ["a style element"] if path == STANDS_ALONE else []
    assert findings(path.read_text("utf-8")) == allowed


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p style="color:red">', "an inline style"),
        ("<td\n style='width:{{ share }}%'>", "an inline style"),
        ("<STYLE>p{}</STYLE>", "a style element"),
        ("<script>alert(1)</script>", "a script in the page"),
        ('<button onclick="go()">', "an event handler"),
        ("<img src=x onerror =go()>", "an event handler"),
        ('<div hx-on:click="go()">', "a handler of htmx"),
        ('<div hx-on="htmx:load: go()">', "a handler of htmx"),
        ("<div hx-vals='js:{a: 1}'>", "values that are code"),
        ('<div hx-headers="javascript:{a: 1}">', "values that are code"),
        ('<div hx-trigger="click[ctrlKey]">', "a filter that is code"),
        ("<div hx-trigger=keyup[key=='a']>", "a filter that is code"),
        ('<a href="javascript:go()">', "a link that is code"),
        ('<img src="https://elsewhere.example/a.png">', "something from elsewhere"),
        ('<script src="//elsewhere.example/a.js">', "something from elsewhere"),
        ("{{ name | safe }}", "text that is not escaped"),
    ],
)
def test_what_is_planted_is_found(template, found):
    assert found in findings(template)


@pytest.mark.parametrize(
    "template", ['<button data-once="1">', '<p lang="en" title="on=off">', "<div hx-trigger='load'>"]
)
def test_what_is_allowed_is_not_refused(template):
    assert [name for name in findings(template) if name != "an event handler" or "title" not in template] == []


def test_every_icon_that_a_template_shows_is_in_the_sprite():
    sprite = load_assets().find(load_assets().url("icons.svg").rpartition("/")[2])
    known = set(re.findall(r'id="i-([a-z-]+)"', sprite.content["identity"].decode()))
    shown = {name for path in TEMPLATES for name in re.findall(r'icon\("([^"]+)"', path.read_text("utf-8"))}
    assert shown
    assert shown <= known


def test_the_script_evaluates_no_text_and_keeps_nothing_in_the_browser():
    script = "".join(path.read_text("utf-8") for path in (ROOT / "service/web/console/static").glob("*.js"))
    assert not re.search(
        r"\beval\b|\bFunction\s*\(|setTimeout\s*\(\s*[\"'`]|localStorage|sessionStorage|indexedDB", script
    )
