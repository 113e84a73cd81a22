"""The export of a customer as one page that stands alone: nothing in it is loaded, and nothing runs."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from service.privacy.export.document import CustomerExport, Record
from service.privacy.export.sections import export_sections
from service.settings.model import Settings
from service.web.console.export.words import COLUMNS, SECTIONS
from service.web.console.templating import Templates
from service.web.console.words import LANGUAGES

NESTED = frozenset(one.name for one in export_sections() if one.parent is not None)
_TIME_CHARS = range(19, 33)
"""So long is a time in ISO 8601 with its offset."""


def export_page(export: CustomerExport, *, zone: ZoneInfo, default_language: str) -> str:
    """The HTML in the customer's language, if the console speaks it, else in the company's."""
    spoken = [one for one in (export.language, default_language, *LANGUAGES) if one in LANGUAGES]
    values: dict[str, Any] = {
        "export": export,
        "sections": SECTIONS,
        "columns": COLUMNS,
        "below": below,
        "humanised": humanised,
        "as_time": as_time,
    }
    return Templates(zone).render("export/document.html", spoken[0], export.exported_at, values)


def render_page(export: CustomerExport, settings: Settings) -> str:
    """The page by the wall clock and the language of the deployment."""
    return export_page(export, zone=ZoneInfo(settings.time_zone), default_language=settings.default_language)


def below(record: Record) -> list[str]:
    """The parts that stand under a record: lists of records, by names of parts that no value has."""
    return [name for name, one in record.items() if name in NESTED and isinstance(one, list)]


def humanised(name: str) -> str:
    """A name of a value without a label, such as Error code."""
    words = str(name).replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def as_time(value: object) -> datetime | None:
    """The moment that a text of JSON stands for; None if it is none."""
    if not isinstance(value, str) or len(value) not in _TIME_CHARS or value[10:11] != "T":
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
