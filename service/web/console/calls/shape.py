"""What is said of a call before it is answered: who calls, what was tried, and what is promised; pure."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

import phonenumbers
from msgspec import Struct

from service.context.model import AttemptRecord
from service.inbound.calls.ringing import CallInProgress
from service.inbound.calls.state import Call
from service.model.vocabulary import AttemptOutcome, IdentityKind
from service.web.console.customer.sheet import CustomerSheet

MAX_NAMED = 3
"""Attempts of one outcome that are named; the rest is counted."""
_OUTCOMES = (AttemptOutcome.FAILED, AttemptOutcome.PENDING, AttemptOutcome.WORKED, AttemptOutcome.UNKNOWN)
"""In the order in which they are told."""


class TriedLine(Struct, frozen=True, kw_only=True):
    """Attempts with one outcome: those tried last are named, `more` are not; `all` if there is no other outcome."""

    outcome: AttemptOutcome
    names: tuple[str, ...]
    more: int
    all: bool


class ShownCalls(Struct, frozen=True, kw_only=True):
    """The calls of a desk: `first` is the one that has rung longest, and `sheet` its customer's answers.

    There is no sheet of a number that several customers have, nor while the answers cannot be read.
    """

    first: CallInProgress | None = None
    sheet: CustomerSheet | None = None
    others: tuple[CallInProgress, ...] = ()
    answered: tuple[CallInProgress, ...] = ()

    @property
    def ringing(self) -> tuple[CallInProgress, ...]:
        """Every call that rings."""
        return (self.first, *self.others) if self.first else ()

    @property
    def is_first_contact(self) -> bool:
        """Whether nothing is on record of who calls."""
        return self.sheet is not None and self.sheet.view.included.of == 0


NO_CALLS = ShownCalls()


def split_calls(calls: Iterable[CallInProgress], passed: Sequence[str]) -> ShownCalls:
    """The calls, the one that rings longest first, without those that the agent has left to others while they ring."""
    answered: list[CallInProgress] = []
    ringing: list[tuple[datetime, CallInProgress]] = []
    for one in calls:
        since = one.call.rings_since
        if since is None:
            answered.append(one)
        elif one.call.call_id.hex not in passed:
            ringing.append((since, one))
    in_order = [one for _, one in sorted(ringing, key=lambda each: each[0])]
    return ShownCalls(first=next(iter(in_order), None), others=tuple(in_order[1:]), answered=tuple(answered))


def tried_lines(oldest_first: Sequence[AttemptRecord]) -> list[TriedLine]:
    """What was tried, by its outcome: what failed first."""
    by_outcome = {outcome: [one.what for one in oldest_first if one.outcome is outcome] for outcome in _OUTCOMES}
    return [
        TriedLine(
            outcome=outcome,
            names=tuple(names[-MAX_NAMED:]),
            more=max(0, len(names) - MAX_NAMED),
            all=len(names) == len(oldest_first) > 1,
        )
        for outcome, names in by_outcome.items()
        if names
    ]


def calling_number(call: Call) -> str | None:
    """The number of the customer's telephone, grouped as it is read out; None if it is withheld."""
    number = next((one.value for one in call.identities if one.kind is IdentityKind.PHONE), None)
    return None if number is None else grouped_number(number)


def dialled_number(call: Call) -> str | None:
    """The number of ours that was dialled, as the telephone system says it; None if it does not."""
    dialled = call.data.get("to")
    return grouped_number(dialled) if isinstance(dialled, str) else None


def grouped_number(number: str) -> str:
    """An international number in groups, also if its plus is missing; any other text as it is."""
    for text in (number, f"+{number}"):
        with suppress(phonenumbers.NumberParseException):
            parsed = phonenumbers.parse(text)
            if phonenumbers.is_valid_number(parsed):
                return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return number
