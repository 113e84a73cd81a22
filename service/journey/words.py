"""What an operator says of the company's own words: leaving, contracts, and the desks that keep customers."""

import re
from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct

from service.settings.model import Settings

_NOTHING = re.compile(r"(?!)")


class JourneyWords(Struct, frozen=True, kw_only=True):
    """What tells that a customer may leave, and when a contract ends."""

    leave_pages: re.Pattern[str] = _NOTHING
    """Found in the address or title of a page or form about leaving."""
    leave_phrases: re.Pattern[str] = _NOTHING
    """Found in what customers write who may leave."""
    retention_queues: frozenset[str] = frozenset()
    contract_end_facts: tuple[str, ...] = ()

    def is_leave_page(self, page: str) -> bool:
        """Whether the words of a page or form are about leaving."""
        return bool(page) and self.leave_pages.search(unquote(page)) is not None

    def say_leaving(self, text: str) -> bool:
        """Whether a customer who writes this may leave."""
        return self.leave_phrases.search(text) is not None


@lru_cache(maxsize=4)
def journey_words(settings: Settings) -> JourneyWords:
    """The words of these settings."""
    return JourneyWords(
        leave_pages=_beginnings(settings.leave_page_words),
        leave_phrases=_beginnings(settings.leave_phrases),
        retention_queues=frozenset(settings.retention_queues.split()),
        contract_end_facts=tuple(settings.contract_end_facts.split()),
    )


def _beginnings(text: str) -> re.Pattern[str]:
    """Finds words that begin with one of these in either case; "_" separates words in addresses."""
    parts = [re.escape(part) for one in text.split(",") if (part := one.strip())]
    return re.compile(rf"(?:\b|_)(?:{'|'.join(parts)})", re.IGNORECASE) if parts else _NOTHING
