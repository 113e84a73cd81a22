"""Chooses the golden record among everything that is said of a customer; pure (docs/golden-record.md).

Pinned values stand first, then those that a person vouched for, then those that can be used at all, then verified ones,
then the rule of the field decides.
Values that are the same in another spelling are one, and the best spelling stands for them. Ties go to the later
statement, then to the order of source and external id, so that the order of the input decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from service.identity.golden.model import (
    OWN_SOURCE,
    Candidate,
    FieldRule,
    GoldenField,
    GoldenOther,
    SurvivorshipRule,
)
from service.identity.golden.spelling import spelling_faults, spelling_keys, text_of

PREFERENCE = "preference"
SHIPPED_RULES = {
    "given": FieldRule(rule=SurvivorshipRule.TRUSTED),
    "family": FieldRule(rule=SurvivorshipRule.TRUSTED),
    "full": FieldRule(rule=SurvivorshipRule.TRUSTED),
    "birth_date": FieldRule(rule=SurvivorshipRule.FREQUENT),
    "address": FieldRule(rule=SurvivorshipRule.RECENT),
    "phone": FieldRule(rule=SurvivorshipRule.ALL),
    "email": FieldRule(rule=SurvivorshipRule.ALL),
    "language": FieldRule(rule=SurvivorshipRule.RECENT),
    PREFERENCE: FieldRule(rule=SurvivorshipRule.RECENT),
}
_NEEDS_NORMAL = frozenset({"birth_date", "phone", "email"})
"""Fields in which a value without a normal form, such as a placeholder number, cannot be used."""


class SameValue(Struct, frozen=True):
    """A value with all who state it, the best spelling first."""

    candidates: tuple[Candidate, ...]

    @property
    def best(self) -> Candidate:
        """The statement that is shown."""
        return self.candidates[0]

    @property
    def tier(self) -> tuple[bool, bool, bool]:
        """Whether it is pinned, vouched for and verified: all three negated, so that the best is the least."""
        return (
            not any(one.pinned for one in self.candidates),
            not any(one.vouched for one in self.candidates),
            not any(one.verified for one in self.candidates),
        )

    def keys(self) -> frozenset[str]:
        """By which it is recognised."""
        return frozenset(key for one in self.candidates for key in spelling_keys(one))

    def is_stated_by(self, record: tuple[str, str | None]) -> bool:
        """Whether this record states it."""
        return any(one.record == record for one in self.candidates)


class Choice(Struct, frozen=True):
    """The values of a field, the one that stands first."""

    rule: SurvivorshipRule
    values: tuple[SameValue, ...]

    @property
    def standing(self) -> tuple[SameValue, ...]:
        """What stands: one value, or all of them."""
        return self.values if self.rule is SurvivorshipRule.ALL else self.values[:1]

    def reason(self) -> str:
        """What decided."""
        first = self.values[0]
        for negated, word in zip(first.tier, ("pinned", "vouched", "verified"), strict=True):
            if not negated:
                return word
        return self.rule if len(self.values) > 1 else "only"


def choose_golden(candidates: Iterable[Candidate], rules: Mapping[str, FieldRule]) -> dict[str, Choice]:
    """The choice for each field of which something is said; `rules` are those that differ from the shipped ones."""
    by_field: dict[str, list[Candidate]] = defaultdict(list)
    for one in sorted(candidates, key=_input_order):
        if text_of(one.value):
            by_field[one.field].append(one)
    choices = {field: _choose(stated, rule_of(field, rules)) for field, stated in by_field.items() if field != "full"}
    if "given" in choices and "family" in choices and rule_of("given", rules) == rule_of("family", rules):
        choices["given"] = _of_one_record(choices["given"], choices["family"])
    whole = [*by_field["full"], *_whole_names(by_field), *_pinned_whole(choices)]
    if whole:
        choices["full"] = _choose(whole, rule_of("full", rules))
    return dict(sorted(choices.items()))


def _input_order(one: Candidate) -> tuple[object, ...]:
    return (one.source, one.external_id or "", one.position, -one.stated_at.timestamp(), text_of(one.value), repr(one))


def rule_of(field: str, rules: Mapping[str, FieldRule]) -> FieldRule:
    """The rule of a field; a field without one, such as a preference, has that of all preferences."""
    known = {**SHIPPED_RULES, **rules}
    return known.get(field, known[PREFERENCE])


def golden_fields(choices: Mapping[str, Choice]) -> dict[str, GoldenField]:
    """The fields as they are published."""
    return {field: _golden_field(choice) for field, choice in choices.items()}


def _golden_field(choice: Choice) -> GoldenField:
    first, *others = map(_published, choice.values)
    return GoldenField(
        value=first.value,
        source=first.source,
        external_id=first.external_id,
        stated_at=first.stated_at,
        verified=first.verified,
        rule=choice.reason(),
        others=tuple(others),
    )


def _published(value: SameValue) -> GoldenOther:
    best = value.best
    return GoldenOther(
        value=best.value,
        source=best.source,
        external_id=best.external_id,
        stated_at=best.stated_at,
        verified=any(one.verified for one in value.candidates),
    )


def _choose(stated: Sequence[Candidate], rule: FieldRule) -> Choice:
    """The same values together, in the order of the rule."""
    groups = [_same_value(group, rule) for group in _group(stated)]
    return Choice(rule=rule.rule, values=tuple(sorted(groups, key=lambda one: _value_rank(one, rule))))


def _group(stated: Sequence[Candidate]) -> list[list[Candidate]]:
    """Those that share a key, directly or through others: a forest in which each tree is one value."""
    parents = list(range(len(stated)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = place = parents[parents[place]]
        return place

    first_with: dict[str, int] = {}
    for place, one in enumerate(stated):
        for key in spelling_keys(one) or {text_of(one.value)}:
            parents[root(place)] = root(first_with.setdefault(key, place))
    groups: dict[int, list[Candidate]] = defaultdict(list)
    for place, one in enumerate(stated):
        groups[root(place)].append(one)
    return list(groups.values())


def _same_value(group: Iterable[Candidate], rule: FieldRule) -> SameValue:
    def best_first(one: Candidate) -> tuple[object, ...]:
        return (not one.pinned, spelling_faults(one), *_rank([one], rule))

    return SameValue(tuple(sorted(group, key=best_first)))


def _value_rank(value: SameValue, rule: FieldRule) -> tuple[object, ...]:
    """The least stands: what a person decided, then what can be used at all, then what is verified, then the rule."""
    unpinned, unvouched, unverified = value.tier
    unusable = unpinned and not any(map(_is_usable, value.candidates))
    return (unpinned, unvouched, unusable, unverified, *_rank(value.candidates, rule))


def _is_usable(one: Candidate) -> bool:
    """False for a placeholder number, a date that is none, and a part of an address: they stand only alone."""
    if isinstance(one.value, dict):
        return bool(one.value.get("street-address", "").strip())
    return bool(one.normal) or one.field not in _NEEDS_NORMAL


def _rank(group: Sequence[Candidate], rule: FieldRule) -> tuple[object, ...]:
    """The least stands, and ties are settled."""
    newest = max(group, key=lambda one: one.stated_at).stated_at.timestamp()
    ties = min((one.source, one.external_id or "", one.position, text_of(one.value)) for one in group)
    match rule.rule:
        case SurvivorshipRule.OLDEST:
            first: tuple[object, ...] = (min(one.stated_at.timestamp() for one in group),)
        case SurvivorshipRule.FREQUENT:
            first = (-len({one.record for one in group}),)
        case SurvivorshipRule.LONGEST:
            first = (-max(len(text_of(one.value)) for one in group),)
        case SurvivorshipRule.TRUSTED:
            first = min((_place(one.source, rule.sources), -one.trust) for one in group)
        case _:
            first = ()
    return (*first, -newest, *ties)


def _place(source: str, order: Sequence[str]) -> int:
    return order.index(source) if source in order else len(order)


def _of_one_record(given: Choice, family: Choice) -> Choice:
    """The given name that is stated beside the family name that stands, unless another one ranks above it by tier."""
    records = {one.record for one in family.values[0].candidates}
    beside = [value for value in given.values if any(one.record in records for one in value.candidates)]
    if not beside or beside[0].tier > given.values[0].tier:
        return given
    return replace(given, values=(beside[0], *(one for one in given.values if one is not beside[0])))


def _whole_names(by_field: Mapping[str, Sequence[Candidate]]) -> list[Candidate]:
    """The whole name of each record that states its parts alone."""
    whole = {one.record for one in by_field.get("full", ())}
    parts: dict[tuple[str, str | None], dict[str, Candidate]] = defaultdict(dict)
    for field in ("given", "family"):
        for one in by_field.get(field, ()):
            if not one.pinned and one.record not in whole:
                parts[one.record].setdefault(field, one)
    return [_joined(list(one.values())) for one in parts.values()]


def _pinned_whole(choices: Mapping[str, Choice]) -> list[Candidate]:
    """The whole name of the parts that stand, if one of them is pinned."""
    parts = [choices[field].values[0].best for field in ("given", "family") if field in choices]
    if not any(part.pinned for part in parts):
        return []
    return [replace(_joined(parts), source=OWN_SOURCE, external_id=None, verified=True, vouched=True)]


def _joined(parts: Sequence[Candidate]) -> Candidate:
    """The whole name that the parts of a name make."""
    return replace(
        parts[0],
        field="full",
        value=" ".join(text_of(part.value) for part in parts),
        normal="",
        stated_at=max(part.stated_at for part in parts),
        verified=all(part.verified for part in parts),
        vouched=all(part.vouched for part in parts),
        pinned=False,
    )
