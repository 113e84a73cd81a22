"""The form of a condition as a request of the API, and what is wrong with it told at its field."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from service.conditions.model import ConditionInput
from service.conditions.money import decimals_of
from service.errors import InvalidInput
from service.model.vocabulary import ConditionKind, UsePeriod
from service.web.console.admin.fields import FieldProblem
from service.web.console.desk_forms import as_request
from service.web.console.words import _

CONDITION_KINDS = {
    ConditionKind.DISCOUNT: _("Discount"),
    ConditionKind.PRICE: _("Special price"),
    ConditionKind.VIP: _("VIP treatment"),
    ConditionKind.ENTITLEMENT: _("Entitlement"),
    ConditionKind.ACCOMMODATION: _("Goodwill"),
    ConditionKind.NOTE: _("Note"),
}
TERM_FORMS = {"percent": _("Percent"), "amount": _("Amount"), "text": _("In words")}
USE_PERIODS = {
    UsePeriod.EVER: _("in all"),
    UsePeriod.DAY: _("a day"),
    UsePeriod.MONTH: _("a month"),
    UsePeriod.YEAR: _("a year"),
}
FORM_WORDS: dict[str, Any] = {
    "condition_kinds": CONDITION_KINDS,
    "term_forms": TERM_FORMS,
    "use_periods": USE_PERIODS,
}
"""What templates of the form ask for."""
CONDITION_PROBLEMS = {
    "title": _("A short name is needed, of 200 characters at most."),
    "terms": _("A share of 0 to 100, an amount such as 1500.50 with its currency, or words are needed, as chosen."),
    "currency": _("Three capital letters are expected, such as EUR."),
    "valid_from": _("This time cannot be taken."),
    "valid_until": _("The end must be a time after the beginning."),
    "max_uses": _("A number from 1 on is expected."),
    "contract": _("This name cannot be taken."),
    "stores": _("A name of these cannot be taken."),
    "categories": _("A name of these cannot be taken."),
    "brands": _("A name of these cannot be taken."),
}
OTHER_PROBLEM = _("Something in this form cannot be taken.")
_NUMBER = re.compile(r"\d{1,13}(?:[.,]\d{1,6})?")


class ConditionForm(Struct, kw_only=True):
    """What is typed; names in a scope are parted by commas, and times are on the clock of the deployment."""

    event_id: str = ""
    title: str = ""
    kind: str = ConditionKind.DISCOUNT.value
    form: str = "percent"
    terms: str = ""
    currency: str = "EUR"
    valid_from: str = ""
    valid_until: str = ""
    max_uses: str = ""
    max_uses_per: str = UsePeriod.EVER.value
    contract: str = ""
    stores: str = ""
    categories: str = ""
    brands: str = ""
    channels: str | list[str] = ""
    csrf_token: str = ""

    @property
    def chosen_channels(self) -> list[str]:
        """The channels; a browser sends one alone as a text."""
        return [one for one in ([self.channels] if isinstance(self.channels, str) else self.channels) if one]


def condition_input(form: ConditionForm, zone: ZoneInfo) -> ConditionInput:
    """What the form grants. InvalidInput names what cannot be taken."""
    scope = {name: _names(getattr(form, name)) for name in ("stores", "categories", "brands")}
    given = {
        "title": form.title.strip(),
        "kind": form.kind,
        "terms": _terms(form),
        "scope": scope | {"channels": form.chosen_channels},
        "valid_from": moment_of(form.valid_from, "valid_from", zone),
        "valid_until": moment_of(form.valid_until, "valid_until", zone),
        "max_uses": _whole_number(form.max_uses),
        "max_uses_per": form.max_uses_per if form.max_uses.strip() else None,
        "contract": form.contract.strip() or None,
    }
    if not given["title"]:
        raise InvalidInput(field="title", message="A title is needed.")
    return as_request({name: value for name, value in given.items() if value is not None}, ConditionInput)


def condition_problem(error: InvalidInput) -> FieldProblem:
    """The problem at its field: `scope.stores[0]` is one of the field `stores`."""
    field = error.field.removeprefix("scope.").partition("[")[0]
    field = "currency" if field == "terms.currency" else field.partition(".")[0]
    known = field if field in CONDITION_PROBLEMS else ""
    return FieldProblem(field=known, text=CONDITION_PROBLEMS.get(known, OTHER_PROBLEM), detail="")


def moment_of(text: str, field: str, zone: ZoneInfo) -> datetime | None:
    """The time of a field, on the wall clock; None if it is empty. InvalidInput for what is no time."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError:
        raise InvalidInput(field=field, message="This is no time.") from None


def _terms(form: ConditionForm) -> dict[str, object]:
    text = form.terms.strip()
    if form.form == "text":
        return {"text": text}
    number = text.strip("%€ ")
    if form.form not in TERM_FORMS or not _NUMBER.fullmatch(number):
        raise InvalidInput(field="terms", message="A number is expected.")
    value = Decimal(number.replace(",", "."))
    if form.form == "percent":
        return {"percent": value}
    currency = form.currency.strip().upper()
    if len(number.replace(",", ".").partition(".")[2]) > decimals_of(currency):
        raise InvalidInput(field="terms", message="Fewer decimals are expected.")  # 1.000 may mean a thousand
    return {"amount": value, "currency": currency}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _whole_number(text: str) -> int | None:
    if not text.strip():
        return None
    if not re.fullmatch(r"\d{1,9}", text.strip(), re.ASCII):
        raise InvalidInput(field="max_uses", message="A whole number is expected.")
    return int(text)
