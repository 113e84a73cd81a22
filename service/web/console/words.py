"""The words of the console: English stands in the code, other languages in catalogs; codes become sentences here."""

import re
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from service.model.vocabulary import AgentRole
from service.web.http import problems

SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, "de")
"""What the console speaks, the fallback first."""
_LANGUAGE_RANGE = re.compile(r"\s*([A-Za-z]{1,8})(?:-[\w-]*)?\s*(?:;\s*q=([\d.]{1,5})\s*)?")


def _(text: str) -> str:
    """Marks a text for the catalogs; it becomes a word of the reader's language where it is shown."""
    return text


ROLES = {
    AgentRole.AGENT: _("Agent"),
    AgentRole.SUPERVISOR: _("Supervisor"),
    AgentRole.PRIVACY: _("Privacy"),
    AgentRole.ADMIN: _("Administrator"),
}
PROBLEMS = {
    "role-not-allowed": _("Your role may not do this."),
    "route-unknown": _("There is no such page."),
    "unauthenticated": _("Please sign in."),
    "sign-in-refused": _("The name or the password is wrong."),
    "sign-in-paused": _("Too many wrong passwords were given. Wait a minute, then try once more."),
    "database-unavailable": _("The records cannot be reached at the moment. Nothing was saved."),
    "database-busy": _("The records are busy at the moment. Nothing was saved: please try again."),
    "overloaded": _("Too much is going on at the moment. Please try again."),
    "foreign-host": _("This came from another page, or from one that is no longer valid. Nothing was done."),
    "invalid-input": _("Something in this form cannot be taken."),
    "body-too-large": _("This is too much text for one form."),
    "customer-restricted": _("The data of this customer are restricted. Please turn to the privacy desk."),
    "customer-unknown": _("This customer is not on record, or not any more."),
    "conversation-unknown": _("This matter is not on record any more. Load the page anew."),
    "queue-unknown": _("There is no such queue any more. Choose another."),
    "phone-needed": _("No number of this customer is known. Give one to call."),
    "phone-impossible": _("This telephone number cannot exist."),
    "phone-refused": _("Numbers of this kind are not called back."),
    "window-in-past": _("This time is over already."),
    "window-closed": _("The queue is closed during all of this time."),
    "handoff-taken": _("Another agent was faster."),
    "handoff-token-stale": _("This is not yours any more. Nothing was done."),
    "handoff-closed": _("This is over. Nothing was done."),
    "agent-unknown": _("This agent is not known here. Choose the queue as well."),
    "callback-taken": _("Another agent was faster."),
    "callback-token-stale": _("This call is not yours any more. Nothing was done."),
    "callback-closed": _("This callback is over. Nothing was done."),
    "callback-not-due": _("The customer was promised a call at a later time."),
    "look-up-budget": _("Too much was looked up at once. Wait a minute, then try once more."),
    "identity-taken": _("The number and the address belong to different customers. Look for each by itself."),
    "not-confirmed": _("This is not what is on record. It has been noted."),
    "webhook-unknown": _("There is no such webhook any more."),
    "webhook-disabled": _("The receiver said that it is gone. Save the webhook once more: that switches it on."),
    "webhook-address-refused": _("This address leads into a private network, where nothing may be sent."),
    "channel-unknown": _("There is no such channel any more."),
    "method-not-allowed": _("This page cannot be used in this way."),
}
"""By the slug of docs/problems.md; every other problem is told by its kind."""
PROBLEM_KINDS = {
    400: _("Something in this request cannot be taken."),
    404: _("There is nothing here any more."),
    410: _("This was erased, and is not on record any more."),
    409: _("This was changed meanwhile."),
    500: _("Something went wrong here. It has been noted; please try again."),
    503: _("This cannot be done at the moment. Please try again."),
}


@cache
def translations_of(language: str) -> NullTranslations:
    """The catalog of a language, read from its .po once a process; English needs none."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    source = files("service.web.console").joinpath("locale", language, "LC_MESSAGES", "messages.po")
    with source.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def choose_language(accepted: str) -> str:
    """The language that an Accept-Language header likes best of those the console speaks."""
    liked = [match.groups() for match in map(_LANGUAGE_RANGE.fullmatch, accepted.split(",")[:20]) if match]
    qualities = {language.lower(): _quality(q) for language, q in reversed(liked)}
    best = max(LANGUAGES, key=lambda language: qualities.get(language, 0.0))
    return best if qualities.get(best, 0.0) > 0 else SOURCE_LANGUAGE


def problem_text_of(error: Exception) -> str:
    """What a person is told of an error, in English."""
    problem = problems.problem_of(type(error))
    return problem_text(problem.slug, problem.status)


def problem_text(slug: str, status: int) -> str:
    """What a person is told of a problem, in English."""
    kind = status if status in PROBLEM_KINDS else 500 if status > 500 else 400  # noqa: PLR2004 (HTTP's own classes)
    return PROBLEMS.get(slug, PROBLEM_KINDS[kind])


def _quality(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
