"""Pure: a journey becomes SVG: by itself with everything inside, or as a part of a page that brings the style sheet."""

from datetime import UTC, tzinfo
from itertools import pairwise

from msgspec import Struct

from service.journey.model import Journey
from service.journey.picture.drawing import Plan, draw, plan_of
from service.journey.picture.icons import definitions, symbols
from service.journey.picture.labels import description
from service.journey.picture.sheet import sheet
from service.journey.picture.text import safe
from service.journey.picture.theme import Theme, style_sheet
from service.journey.picture.words import PictureWords

_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


class PictureInPage(Struct, frozen=True, kw_only=True):
    """The picture for a page; `shares` are the parts of its width, in percent, of the names and of each column."""

    svg: str
    plan: Plan
    shares: tuple[float, ...]


def render_svg(
    journey: Journey, *, language: str, standalone: bool = True, theme: Theme | None = None, zone: tzinfo = UTC
) -> str:
    """The picture of a journey in a language, with times of a zone.

    By itself it is a sheet with titles, rows and legend, holds its styles, icons and a description in words, and names
    nothing outside of it. Without a theme it follows the reader's choice of light and dark.
    """
    words = PictureWords(language, zone)
    if not standalone:
        return render_in_page(journey, words, selected=None).svg
    plan = plan_of(journey)
    height, elements = sheet(plan, words)
    width = plan.layout.width
    told = "\n".join(description(journey, plan.columns, plan.marks, words))
    return (
        f'<svg {_NAMESPACE} width="{width}" height="{height:.0f}" viewBox="0 0 {width} {height:.0f}" role="img" '
        f'lang="{words.language}" aria-labelledby="j-title j-desc">'
        f'<title id="j-title">{safe(journey.title)}</title><desc id="j-desc">{safe(told)}</desc>'
        f"<style>{style_sheet(theme)}</style>{definitions(_used(elements))}{elements}</svg>"
    )


def render_in_page(journey: Journey, words: PictureWords, *, selected: int | None) -> PictureInPage:
    """The picture between the rows of a table: `selected` is the index of the touchpoint that is looked at."""
    plan = plan_of(journey)
    elements = "".join(draw(plan, words, selected=selected, has_links=True))
    layout = plan.layout
    edges = [0.0, *layout.edges[:-1], float(layout.width)]
    svg = (
        f'<svg {_NAMESPACE} viewBox="0 0 {layout.width} {layout.height}" role="group" '
        f'aria-label="{safe(words.text("journey"))}">{definitions(_used(elements))}{elements}</svg>'
    )
    shares = tuple(round(100 * (b - a) / layout.width, 3) for a, b in pairwise(edges))
    return PictureInPage(svg=svg, plan=plan, shares=shares)


def _used(elements: str) -> list[str]:
    return [name for name in symbols() if f'"#i-{name}"' in elements]
