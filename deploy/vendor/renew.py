"""Copies what `npm ci` has put into node_modules into the console, and writes VENDORED.md: `make vendor` calls it."""

import json
import re
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MODULES = HERE / "node_modules"
VENDORED = ROOT / "service/web/console/static/vendored"
FOR_TESTS = ROOT / "tests/web/console"
FILES = {
    VENDORED / "htmx.js": ("htmx.org", "dist/htmx.min.js"),
    VENDORED / "inter-latin.woff2": ("@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2"),
    VENDORED / "inter-latin-ext.woff2": ("@fontsource-variable/inter", "files/inter-latin-ext-wght-normal.woff2"),
    FOR_TESTS / "axe.min.js": ("axe-core", "axe.min.js"),
}
SPRITE = VENDORED / "icons.svg"
ICONS = "@tabler/icons"
HEAD = """# What the console takes from others

`make vendor` writes this folder and this page: `npm ci --ignore-scripts` in `deploy/vendor` fetches what its lock pins,
and `deploy/vendor/renew.py` copies it. `tests/web/console/test_vendored.py` compares the sums. The licences' texts lie
beside the files; axe-core is for the tests alone, and is not in the package.

| file | package | version | licence | sha256 |
|---|---|---|---|---|
"""


def main() -> None:
    """Copy each file, write the sprite and the licences, and list them all."""
    for target, (package, source) in FILES.items():
        target.write_bytes((MODULES / package / source).read_bytes())
    SPRITE.write_text(sprite((HERE / "icons.txt").read_text("utf-8").split()), "utf-8")
    sources = {**{target: package for target, (package, _) in FILES.items()}, SPRITE: ICONS}
    for package in sorted(set(sources.values()) - {"axe-core"}):
        short_name = package.rpartition("/")[0].strip("@").partition("-")[0] or package.partition(".")[0]
        licence = (MODULES / package / "LICENSE").read_text("utf-8")
        (VENDORED / f"LICENSE.{short_name}.txt").write_text("\n".join(map(str.rstrip, licence.splitlines())) + "\n")
    (VENDORED / "VENDORED.md").write_text(HEAD + "".join(map(row, sorted(sources), map(sources.get, sorted(sources)))))


def sprite(names: list[str]) -> str:
    """One SVG with a symbol `i-NAME` for each icon; colour and width of its lines come from where it is used."""
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(map(symbol, names))}</svg>\n'


def symbol(name: str) -> str:
    """An outline of Tabler without the invisible square around it."""
    svg = (MODULES / ICONS / f"icons/outline/{name}.svg").read_text("utf-8")
    shapes = [shape for shape in re.findall(r"<(?!svg|/svg)[^>]+>", svg) if 'stroke="none"' not in shape]
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>\n'


def row(path: Path, package: str) -> str:
    """The line of a file in the table."""
    about = json.loads((MODULES / package / "package.json").read_text("utf-8"))
    digest = sha256(path.read_bytes()).hexdigest()
    return f"| {path.relative_to(ROOT)} | {package} | {about['version']} | {about['license']} | `{digest}` |\n"


if __name__ == "__main__":
    main()
