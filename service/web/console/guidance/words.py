"""The words of notices and content: how they stand, what fits, and what is wrong with a field."""

from service.errors import InvalidInput
from service.insight.notices.standing import NoticeStanding
from service.web.console.admin.fields import FieldProblem
from service.web.console.words import _

NOTICE_STANDINGS = {
    NoticeStanding.DRAFT: _("Draft"),
    NoticeStanding.IN_FORCE: _("Shown now"),
    NoticeStanding.UPCOMING: _("To come"),
    NoticeStanding.OVER: _("Over"),
}
_PROBLEMS = {
    "id": _("1 to 100 letters, digits, dots, hyphens and underscores are needed."),
    "texts": _("A text of 1 to 2,000 characters is needed, in one language at least."),
    "from": _("This time cannot be taken."),
    "until": _("The end must be a time after the beginning."),
    "queues": _("A queue of these does not exist."),
    "segments": _("A name of these cannot be taken."),
    "options_when_closed": _("Words are needed, and an address that begins with https:// or http://, or none."),
    "title": _("A short name is needed, of 200 characters at most."),
    "url": _("An address that begins with https:// or http:// is needed, or a text."),
    "text": _("A text of 10,000 characters at most is expected."),
    "languages": _("Language tags such as de or pt-BR are expected."),
    "subjects": _("A name of these cannot be taken."),
}
"""By the field of the API; the form has a field of the same name."""
_OTHER = _("Something in this form cannot be taken.")


def guidance_problem(error: InvalidInput) -> FieldProblem:
    """The problem at its field: `texts[...]` is one of the field `texts`."""
    field = error.field.partition("[")[0].partition(".")[0]
    known = field if field in _PROBLEMS else ""
    return FieldProblem(field=known, text=_PROBLEMS.get(known, _OTHER), detail="")
