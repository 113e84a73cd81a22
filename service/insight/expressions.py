"""Conditions in the Common Expression Language (CEL) over what is known of a customer.

A condition reads the fields of the console's view of the customer by their public names, and `now`, such as
`signals.failed_attempts >= 2 && conversations.exists(c, c.status == "open")`. Times are timestamps, what is unknown is
null; a field that is left out where there is nothing, such as the mood of an interaction, is asked for by `has(…)`. CEL
knows no loop without an end; what it costs at most is limited here as well, since a condition is evaluated
for every customer. The language is that of PyPI common-expression-language, which wraps the `cel` crate of Rust.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import cel
from msgspec import Raw, json, to_builtins

from service.context.audiences import ConsoleView
from service.errors import InvalidInput
from service.insight.condition_costs import check_cost
from service.insight.condition_fields import NOW, SAMPLE, VIEW_TYPES, first_unknown_name

MAX_CHARS = 2000
"""Characters of a condition."""
VARIABLES = frozenset(VIEW_TYPES)
"""What a condition may read."""
_SYNTAX_ERROR = re.compile(r"""<input>:(\d+):(\d+): (?:Syntax error: )?(?:OtherError[^\n"]*")?([^\n"]*)""")
_FAILURES = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What the language raises for a value that a condition cannot work with, such as a field that is not there."""

_KINDS: Mapping[type, str] = {bool: "A value that is true or false", datetime: "A time"}

Facts = Mapping[str, Any]
"""The fields of a console view, and `now`."""


class RuleCondition:
    """A condition that was checked; what it cannot decide of a customer counts as not met."""

    def __init__(self, text: str, program: cel.Program, variables: frozenset[str] = VARIABLES) -> None:
        self.text = text
        self._program = program
        self.reads = variables.intersection(program.variables())
        """The variables that it reads."""

    def is_met(self, facts: Facts | cel.Context) -> bool:
        """Whether it holds for this customer at this time."""
        return self.decide(facts)[0]

    def decide(self, facts: Facts | cel.Context) -> tuple[bool, str | None]:
        """Whether it holds, and if it decides nothing of this customer, why, in the words of the language."""
        answer, why = self.evaluate(facts)
        if why is not None or isinstance(answer, bool):
            return answer is True, why
        return False, f"It gives a value of the type {type(answer).__name__}, not true or false."

    def evaluate(self, facts: Facts | cel.Context) -> tuple[object, str | None]:
        """The value of the text as an expression, and if it has none for this customer, why."""
        try:
            given = facts if isinstance(facts, cel.Context) else {name: facts[name] for name in self.reads}
            return self._program.execute(given), None
        except _FAILURES as error:
            return None, str(error)


def prepare_facts(facts: Facts, reads: Iterable[str]) -> cel.Context:
    """These facts for many conditions: the language converts them once, which costs more than most conditions."""
    return cel.Context(variables={name: facts[name] for name in reads})


def facts_of(view: ConsoleView, now: datetime, reads: Iterable[str] = VARIABLES) -> Facts:
    """What conditions that read these variables read of the customer of this view at `now`."""
    return facts_from({name: getattr(view, name) for name in reads if name != NOW and name in VARIABLES}, now)


def facts_from(shown: Mapping[str, object], now: datetime) -> Facts:
    """What conditions read of these parts of a customer's view, by their names, at `now`."""
    facts: dict[str, Any] = to_builtins(shown, builtin_types=(datetime,), enc_hook=_decode_raw)
    return facts | {NOW: now}


def _decode_raw(value: object) -> object:
    assert isinstance(value, Raw)
    return json.decode(value)


def parse_condition(
    text: str, *, field: str, prepared: frozenset[str] = frozenset(), gives: type = bool
) -> RuleCondition:
    """The condition of this text. InvalidInput that names `field`, and the place of the error where there is one.

    `prepared` are lists that the caller's facts have besides. `gives` is what the text is for, if not a condition.
    """
    variables = VARIABLES | prepared
    if len(text) > MAX_CHARS:
        raise InvalidInput(field=field, message=f"A condition has at most {MAX_CHARS} characters.")
    check_cost(text, field)
    try:
        program = cel.compile(text)
    except ValueError as error:
        raise InvalidInput(field=field, message=_syntax_message(str(error))) from None
    _check_names(text, prepared, field)
    condition = RuleCondition(text, program, variables)
    _check_value(condition, prepared, field, gives)
    return condition


def _check_value(condition: RuleCondition, prepared: frozenset[str], field: str, gives: type) -> None:
    """InvalidInput for a text that gives another kind of value of a customer without records."""
    value, _ = condition.evaluate({**SAMPLE, **{name: [] for name in prepared}})
    if value is not None and not isinstance(value, gives):
        wanted = _KINDS.get(gives, gives.__name__)
        raise InvalidInput(
            field=field, message=f"Line 1, character 1: {wanted} is expected, not {type(value).__name__}."
        )


def _check_names(text: str, prepared: frozenset[str], field: str) -> None:
    """InvalidInput for a variable, field or function that does not exist."""
    unknown = first_unknown_name(text, prepared)
    if unknown is not None:
        there = f"known are {', '.join(unknown.known)}" if unknown.known else "what stands before it has no fields"
        message = f"{_place_at(text, unknown.position)}`{unknown.path}` is unknown; {there}."
        raise InvalidInput(field=field, message=message)


def _syntax_message(said: str) -> str:
    """What the parser said, beginning with the place, as in `line 1, character 3: …`."""
    found = _SYNTAX_ERROR.search(said)
    return f"Line {found[1]}, character {found[2]}: {found[3]}" if found else "The condition cannot be read."


def _place_at(text: str, position: int) -> str:
    """The place at this character of the text, as in `Line 1, character 3: `."""
    before = text[:position]
    line, column = before.count("\n") + 1, position - before.rfind("\n")
    return f"Line {line}, character {column}: "
