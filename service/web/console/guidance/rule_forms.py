"""A rule of next actions as fields of a form, the form as a rule, and what is wrong with it told at its field."""

import re
from hashlib import sha256
from zoneinfo import ZoneInfo

from msgspec import Struct, json

from service.errors import InvalidInput
from service.insight.advice.model import Rule, RuleInput
from service.insight.purposes import MARKETING
from service.web.console.admin.fields import FieldProblem
from service.web.console.conditions.forms import moment_of
from service.web.console.desk_forms import as_request
from service.web.console.formats import Formats
from service.web.console.guidance.notice_forms import chosen, texts_by_language
from service.web.console.words import _

AUDIENCES = {"console": _("Console"), "bot": _("Bots")}
SHIPPED_TITLES = frozenset({
    _("Apologise for a broken promise, and keep it"),
    _("Hand over what failed twice"),
    _("Offer a callback when the queue closes soon"),
    _("Ask for a rating after a solved matter"),
    _("Name a condition that has not been used"),
})  # fmt: skip
"""The titles of the rules that askonce brings along, for the catalogs (a test compares)."""
RULE_PROBLEMS = {
    "name": _("1 to 64 small letters, digits, dots, hyphens and underscores are needed."),
    "title": _("A short name is needed, of 200 characters at most."),
    "condition": _("This condition cannot be taken."),
    "action": _("A code of small letters, digits and underscores is needed, such as call_back."),
    "words": _("Words of 1 to 1,000 characters are needed, in one language at least; facts in braces stand below."),
    "because": _("A fact of these cannot be taken. There are 10 at most, each an expression."),
    "until": _("This expression cannot be taken."),
    "priority": _("A number from 0 to 100 is expected."),
    "audiences": _("One of them is needed."),
    "valid_from": _("This time cannot be taken."),
    "valid_until": _("The end must be a time after the beginning."),
}
_NOT_TAKEN = "The field takes something else."
"""In the place of what the decoder says of shapes: the problem of the field says it in words of people."""
_OTHER = _("Something in this form cannot be taken.")
_NAMED_FACT = re.compile(r"([a-z][a-z0-9_]*)\s*=(?!=)\s*(.*)")
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


class RuleForm(Struct, kw_only=True):
    """What is typed; times are on the clock of the deployment, each fact has a line.

    `seen` is the digest of the rule as the page showed it.
    """

    name: str = ""
    title: str = ""
    condition: str = ""
    action: str = ""
    words_en: str = ""
    words_de: str = ""
    because: str = ""
    until: str = ""
    priority: str = "50"
    audiences: str | list[str] = ""
    valid_from: str = ""
    valid_until: str = ""
    enabled: str = ""
    marketing: str = ""
    seen: str = ""
    csrf_token: str = ""

    @property
    def chosen_audiences(self) -> list[str]:
        """The audiences that are ticked."""
        return chosen(self.audiences)


def new_rule_form() -> RuleForm:
    """The fields of a rule that is not there yet."""
    return RuleForm(audiences=["console"], enabled="yes")


def rule_form(rule: Rule, zone: ZoneInfo) -> RuleForm:
    """The fields of a rule as it counts now."""
    field = Formats("en", zone).field
    facts = [name if name == text else f"{name} = {text}" for name, text in rule.because.items()]
    return RuleForm(
        name=rule.name,
        title=rule.title,
        condition=rule.condition,
        action=rule.action,
        words_en=rule.words.get("en", ""),
        words_de=rule.words.get("de", ""),
        because="\n".join(facts),
        until=rule.until or "",
        priority=str(rule.priority),
        audiences=list(rule.audiences),
        valid_from="" if rule.valid_from is None else field(rule.valid_from),
        valid_until="" if rule.valid_until is None else field(rule.valid_until),
        enabled="yes" if rule.enabled else "",
        marketing="yes" if rule.purpose == MARKETING else "",
        seen=digest_of(rule),
    )


def digest_of(rule: Rule) -> str:
    """A text that is another one for each other rule."""
    return sha256(json.encode(rule)).hexdigest()


def rule_input(form: RuleForm, stored: Rule | None, zone: ZoneInfo) -> RuleInput:
    """The rule that the form describes; words in other languages stay. InvalidInput names what cannot be taken."""
    begins, ends = moment_of(form.valid_from, "valid_from", zone), moment_of(form.valid_until, "valid_until", zone)
    priority = form.priority.strip()
    given = {
        "title": form.title.strip(),
        "condition": form.condition.strip(),
        "action": form.action.strip(),
        "words": texts_by_language({} if stored is None else stored.words, form.words_en, form.words_de),
        "because": _facts(form.because),
        "until": form.until.strip() or None,
        "priority": int(priority) if _NUMBER.fullmatch(priority) else priority,
        "audiences": form.chosen_audiences,
        "valid_from": None if begins is None else begins.isoformat(),
        "valid_until": None if ends is None else ends.isoformat(),
        "enabled": bool(form.enabled),
        "purpose": MARKETING if form.marketing else "service",
    }
    try:
        return as_request(given, RuleInput)
    except InvalidInput as error:
        raise InvalidInput(field=error.field, message=_NOT_TAKEN) from None


def same_rule(rule: Rule, *, enabled: bool) -> RuleInput:
    """The rule as it counts now, enabled or not."""
    fields = {field: getattr(rule, field) for field in RuleInput.__struct_fields__}
    because = tuple(rule.because) if list(rule.because) == list(rule.because.values()) else rule.because
    return RuleInput(**(fields | {"enabled": enabled, "because": because}))


def rule_problem(error: InvalidInput) -> FieldProblem:
    """The problem at its field: `because.order` is the fact `order`.

    What is wrong in an expression, and where, stands beside it in the words of the service.
    """
    field, _dot, fact = error.field.partition("[")[0].partition(".")
    known = field if field in RULE_PROBLEMS else ""
    detail = "" if error.message == _NOT_TAKEN else error.message
    if known == "because" and fact and detail:
        detail = f"`{fact}`: {detail}"
    return FieldProblem(field=known, text=RULE_PROBLEMS.get(known, _OTHER), detail=detail)


def _facts(text: str) -> dict[str, str] | list[str]:
    """Facts by their names, or paths that are their own names. InvalidInput for some of both."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [found for line in lines if (found := _NAMED_FACT.fullmatch(line)) is not None]
    if not named:
        return lines
    if len(named) < len(lines):
        raise InvalidInput(field="because", message="Give a name to every fact, as in `name = expression`, or to none.")
    if len({found[1] for found in named}) < len(named):
        raise InvalidInput(field="because", message="Each name is given once.")
    return {found[1]: found[2] for found in named}
