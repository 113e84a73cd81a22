"""Whether two customers agree in all that a rule of the operator asks for; pure."""

from collections.abc import Callable, Hashable, Mapping, Sequence

from service.identity.matching.profile import Profile
from service.resolution.merging_settings import MergeRule, RuleField

_VALUES: Mapping[RuleField, Callable[[Profile], set[Hashable]]] = {
    RuleField.GIVEN: lambda record: {record.given},
    RuleField.FAMILY: lambda record: {record.family},
    RuleField.BIRTH_DATE: lambda record: {record.birth_date},
    RuleField.PHONE: lambda record: {*record.phones},
    RuleField.EMAIL: lambda record: {f"{box.local}@{box.domain}" for box in record.mailboxes},
    RuleField.ADDRESS: lambda record: {
        (one.postal_code or one.town, one.street, one.house) for one in record.addresses if one.street and one.house
    },
}


def agrees(rule: MergeRule, here: Sequence[Profile], there: Sequence[Profile]) -> bool:
    """Whether a record of the one and a record of the other share a value of each field of the rule."""
    return any(_records_agree(rule, one, other) for one in here for other in there)


def _records_agree(rule: MergeRule, one: Profile, other: Profile) -> bool:
    """Never an organisation, or father and son; what a record does not say agrees with nothing."""
    if one.organisation or other.organisation or one.generation != other.generation:
        return False
    return all((_VALUES[field](one) & _VALUES[field](other)) - {""} for field in rule.equal)
