"""A content as fields of a form, and the form as a content, under the limits of the API."""

from msgspec import Struct

from service.insight.content.model import ContentInput, ContentItem
from service.insight.purposes import MARKETING
from service.web.console.desk_forms import as_request
from service.web.console.guidance.notice_forms import chosen, names_of


class ContentForm(Struct, kw_only=True):
    """What is typed; names are parted by commas. `seen` is when the content was changed last as the page showed it."""

    id: str = ""
    title: str = ""
    url: str = ""
    text: str = ""
    languages: str = ""
    subjects: str = ""
    segments: str = ""
    channels: str | list[str] = ""
    phases: str | list[str] = ""
    marketing: str = ""
    seen: str = ""
    step: str = ""
    csrf_token: str = ""

    @property
    def chosen_channels(self) -> list[str]:
        """The channels that are ticked."""
        return chosen(self.channels)

    @property
    def chosen_phases(self) -> list[str]:
        """The phases that are ticked."""
        return chosen(self.phases)


def content_form(item: ContentItem) -> ContentForm:
    """The fields of a content as it is stored."""
    return ContentForm(
        id=item.id,
        title=item.title,
        url=item.url or "",
        text=item.text or "",
        languages=", ".join(item.languages),
        subjects=", ".join(item.subjects),
        segments=", ".join(item.segments),
        channels=[one.value for one in item.channels],
        phases=[one.value for one in item.phases],
        marketing="yes" if item.purpose == MARKETING else "",
        seen=item.updated_at.isoformat(),
    )


def content_input(form: ContentForm) -> ContentInput:
    """The content that the form describes. InvalidInput names what cannot be taken."""
    given = {
        "title": form.title.strip(),
        "url": form.url.strip() or None,
        "text": form.text.strip() or None,
        "languages": names_of(form.languages),
        "subjects": names_of(form.subjects),
        "segments": names_of(form.segments),
        "channels": form.chosen_channels,
        "phases": form.chosen_phases,
        "purpose": MARKETING if form.marketing else "service",
    }
    return as_request(given, ContentInput)
