"""Files that pages load: read once, under names that say their content, compressed before they are asked for."""

import gzip
import re
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import brotli
from msgspec import Struct

ASSETS_PATH = "/assets/"
CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
SHEETS_OF_PICTURES = (
    ("service.journey.picture", "marks.css"),
    ("service.journey.picture", "picture.css"),
    ("service.insight.flow", "flow.css"),
)
"""By package: pictures that stand alone have the same sheets in them. That of the marks is a part of every page's."""
_COMPRESSED = {"css", "js", "svg"}
"""A font is compressed already."""
_BROTLI_QUALITY = 9
"""The best but two: the two above it take twenty times as long, and save a twentieth."""
_ASSET_IN_STYLES = re.compile(r"url\(([\w./-]+)\)")


class Asset(Struct, frozen=True, kw_only=True):
    """A file as browsers get it: `file_name` changes with the content, so that it may be kept for ever."""

    file_name: str
    content_type: str
    content: dict[str, bytes]
    """By Content-Encoding: `identity`, and `br` and `gzip` of text."""

    def encoding_for(self, accepted: str) -> str:
        """The smallest encoding that an Accept-Encoding header names, without asking for its quality of zero."""
        names = {part.partition(";")[0].strip() for part in accepted.lower().split(",") if not _is_refused(part)}
        return next((encoding for encoding in ("br", "gzip") if encoding in names & self.content.keys()), "identity")


class Assets:
    """The console's assets by the names that templates use: `console.css`, `htmx.js`, `icons.svg`."""

    def __init__(self) -> None:
        static = files("service.web.console").joinpath("static")
        pictures = [files(package).joinpath(sheet) for package, sheet in SHEETS_OF_PICTURES]
        sources = {source.name: source.read_bytes() for source in [*_assets_in(static), *pictures]}
        sources["console.css"] += sources.pop("marks.css")
        self._urls: dict[str, str] = {}
        self._by_file_name: dict[str, Asset] = {}
        for name in sorted(sources, key=_styles_last):
            content = sources[name]
            if name.endswith(".css"):
                content = _ASSET_IN_STYLES.sub(lambda match: f"url({self.url(match[1])})", content.decode()).encode()
            self._add(name, content)

    def _add(self, name: str, content: bytes) -> None:
        stem, _, kind = name.rpartition(".")
        file_name = f"{stem}-{sha256(content).hexdigest()[:12]}.{kind}"
        encodings = {"identity": content}
        if kind in _COMPRESSED:
            encodings["br"] = brotli.compress(content, quality=_BROTLI_QUALITY)
            encodings["gzip"] = gzip.compress(content, mtime=0)
        self._urls[name] = ASSETS_PATH + file_name
        self._by_file_name[file_name] = Asset(file_name=file_name, content_type=CONTENT_TYPES[kind], content=encodings)

    def url(self, name: str) -> str:
        """The path of an asset. KeyError if there is none of this name."""
        return self._urls[name]

    def find(self, file_name: str) -> Asset | None:
        """The asset that is served under a name."""
        return self._by_file_name.get(file_name)


@cache
def load_assets() -> Assets:
    """The assets of the installed package, read once a process."""
    return Assets()


def _assets_in(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _assets_in(entry)
        elif entry.name.rpartition(".")[2] in CONTENT_TYPES:
            found.append(entry)
    return found


def _styles_last(name: str) -> tuple[bool, str]:
    """Sorts style sheets behind the files that they name by their hashes."""
    return name.endswith(".css"), name


def _is_refused(coding: str) -> bool:
    return re.fullmatch(r"\s*q=0(\.0*)?\s*", coding.partition(";")[2]) is not None
