"""A rule that was checked, and what it advises by the facts of a customer; pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import cel
from msgspec import Struct

from service.context.guidance.model import ActionReason, NextAction
from service.errors import InvalidInput
from service.insight.advice.model import RuleInput
from service.insight.advice.prepared import PREPARED
from service.insight.advice.values import value_in_words
from service.insight.expressions import RuleCondition, parse_condition
from service.insight.languages import best_language, check_languages

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Reader(Struct, frozen=True, kw_only=True):
    """The one for whom words are chosen, and how the company writes."""

    language: str | None
    default_language: str
    zone: ZoneInfo


class CompiledRule(Struct, frozen=True, kw_only=True):
    """A rule with its expressions, ready to be evaluated."""

    name: str
    rule: RuleInput
    condition: RuleCondition
    until: RuleCondition | None
    because: dict[str, RuleCondition]

    @property
    def reads(self) -> frozenset[str]:
        """The variables that any of its expressions reads."""
        others = (self.until,) if self.until is not None else ()
        return frozenset().union(*(one.reads for one in (self.condition, *others, *self.because.values())))

    def holds_at(self, now: datetime) -> bool:
        """Whether it is enabled, and within its validity."""
        begun = self.rule.valid_from is None or self.rule.valid_from <= now
        return self.rule.enabled and begun and (self.rule.valid_until is None or now < self.rule.valid_until)

    def advise(self, facts: cel.Context, reader: Reader, now: datetime) -> tuple[NextAction | None, str | None]:
        """What it advises if it is met, and if it decides nothing of this customer, why."""
        met, why = self.condition.decide(facts)
        if not met:
            return None, why
        language = best_language(self.rule.words, reader.language, reader.default_language)
        assert language is not None  # a rule has words in one language at least
        values = {
            name: value_in_words(one.evaluate(facts)[0], language, reader.zone) for name, one in self.because.items()
        }
        missing = [name for name in _placeholders(self.rule.words[language]) if values[name] is None]
        if missing:
            return None, f"The words need `{missing[0]}`, which has no value."
        until = self._end(facts)
        if until is not None and until <= now:
            return None, None
        return NextAction(
            rule=self.name,
            action=self.rule.action,
            words=_PLACEHOLDER.sub(lambda found: str(values[found[1]]), self.rule.words[language]),
            language=language,
            because=tuple(ActionReason(name=name, value=value) for name, value in values.items() if value is not None),
            until=until,
        ), None

    def _end(self, facts: cel.Context) -> datetime | None:
        """The earlier of the ends that the rule and its expression state."""
        stated = None if self.until is None else self.until.evaluate(facts)[0]
        ends = (self.rule.valid_until, stated)
        return min((at for at in ends if isinstance(at, datetime)), default=None)


def compile_rule(name: str, rule: RuleInput) -> CompiledRule:
    """The rule, checked. InvalidInput names the field, and the place of the error where there is one."""
    check_languages(rule.words, "words")
    if len(set(rule.audiences)) < len(rule.audiences):
        raise InvalidInput(field="audiences", message="Each audience is named once.")
    if rule.valid_from is not None and rule.valid_until is not None and rule.valid_until <= rule.valid_from:
        raise InvalidInput(field="valid_until", message="It must be later than `valid_from`.")
    because = {
        label: parse_condition(text, field=f"because.{label}", prepared=PREPARED, gives=object)
        for label, text in reasons_by_name(rule).items()
    }
    _check_placeholders(rule, because)
    return CompiledRule(
        name=name,
        rule=rule,
        condition=parse_condition(rule.condition, field="condition", prepared=PREPARED),
        until=_parse_end(rule.until),
        because=because,
    )


def _parse_end(text: str | None) -> RuleCondition | None:
    return None if text is None else parse_condition(text, field="until", prepared=PREPARED, gives=datetime)


def reasons_by_name(rule: RuleInput) -> dict[str, str]:
    """The facts of a rule by their names; a path is its own name."""
    return rule.because if isinstance(rule.because, dict) else {path: path for path in rule.because}


def _check_placeholders(rule: RuleInput, because: Mapping[str, RuleCondition]) -> None:
    for language, words in rule.words.items():
        unknown = next((name for name in _placeholders(words) if name not in because), None)
        if unknown is not None:
            known = ", ".join(because) or "none"
            message = f"`{{{unknown}}}` stands for no fact of `because`; known are {known}."
            raise InvalidInput(field=f"words.{language}", message=message)


def _placeholders(words: str) -> Iterator[str]:
    return (found[1] for found in _PLACEHOLDER.finditer(words))
