"""A notice as fields of a form, and the form as a notice, under the limits of the API."""

from zoneinfo import ZoneInfo

from msgspec import Struct, to_builtins

from service.insight.notices.model import ClosedOption, NoticeInput, NoticeState, StoredNotice
from service.insight.purposes import MARKETING
from service.web.console.conditions.forms import moment_of
from service.web.console.desk_forms import as_request
from service.web.console.formats import Formats

FORM_LANGUAGES = ("en", "de")
"""The languages that the form has fields for; texts in others stay as they are."""


class NoticeForm(Struct, kw_only=True):
    """What is typed; times are on the clock of the deployment, segments are parted by commas.

    `seen` is when the notice was changed last as the page showed it; `step` is what is to become of it.
    """

    id: str = ""
    text_en: str = ""
    text_de: str = ""
    starts_at: str = ""
    ends_at: str = ""
    queues: str | list[str] = ""
    channels: str | list[str] = ""
    segments: str = ""
    option_en: str = ""
    option_de: str = ""
    option_url: str = ""
    marketing: str = ""
    seen: str = ""
    step: str = NoticeState.DRAFT.value
    csrf_token: str = ""

    @property
    def chosen_queues(self) -> list[str]:
        """The queues that are ticked."""
        return chosen(self.queues)

    @property
    def chosen_channels(self) -> list[str]:
        """The channels that are ticked."""
        return chosen(self.channels)


def chosen(values: str | list[str]) -> list[str]:
    """What is ticked; a browser sends one alone as a text."""
    return [one for one in ([values] if isinstance(values, str) else values) if one]


def names_of(text: str) -> list[str]:
    """Names that are parted by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def notice_form(notice: StoredNotice, zone: ZoneInfo) -> NoticeForm:
    """The fields of a notice as it is stored."""
    given, field = notice.definition, Formats("en", zone).field
    option = given.options_when_closed[0] if given.options_when_closed else None
    texts = {} if option is None else option.texts
    return NoticeForm(
        id=notice.notice_id,
        text_en=given.texts.get("en", ""),
        text_de=given.texts.get("de", ""),
        starts_at=field(notice.starts_at),
        ends_at="" if notice.ends_at is None else field(notice.ends_at),
        queues=list(given.queues),
        channels=[channel.value for channel in given.channels],
        segments=", ".join(given.segments),
        option_en=texts.get("en", ""),
        option_de=texts.get("de", ""),
        option_url=(option.url or "") if option is not None else "",
        marketing="yes" if given.purpose == MARKETING else "",
        seen=notice.updated_at.isoformat(),
        step=notice.state.value,
    )


def notice_input(form: NoticeForm, stored: StoredNotice | None, zone: ZoneInfo) -> NoticeInput:
    """The notice that the form describes. InvalidInput names what cannot be taken."""
    before = None if stored is None else stored.definition
    begins, ends = moment_of(form.starts_at, "from", zone), moment_of(form.ends_at, "until", zone)
    given = {
        "texts": texts_by_language({} if before is None else before.texts, form.text_en, form.text_de),
        "from": None if begins is None else begins.isoformat(),
        "until": None if ends is None else ends.isoformat(),
        "queues": form.chosen_queues,
        "channels": form.chosen_channels,
        "segments": names_of(form.segments),
        "options_when_closed": _options(form, () if before is None else before.options_when_closed),
        "purpose": MARKETING if form.marketing else "service",
        "state": form.step,
    }
    return as_request(given, NoticeInput)


def _options(form: NoticeForm, before: tuple[ClosedOption, ...]) -> list[object]:
    """The option of the form, and those behind it as they were."""
    texts = texts_by_language(before[0].texts if before else {}, form.option_en, form.option_de)
    first = [{"texts": texts, "url": form.option_url.strip() or None}] if texts or form.option_url.strip() else []
    return [*first, *(to_builtins(one) for one in before[1:])]


def texts_by_language(before: dict[str, str], english: str, german: str) -> dict[str, str]:
    """The texts in the languages of the form, and those in others as they were."""
    typed = dict(zip(FORM_LANGUAGES, (english.strip(), german.strip()), strict=True))
    others = {language: text for language, text in before.items() if language not in FORM_LANGUAGES}
    return others | {language: text for language, text in typed.items() if text}
