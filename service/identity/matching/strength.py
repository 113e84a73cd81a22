"""What the levels of a pair say beside its probability."""

from service.identity.matching import levels
from service.identity.matching.names import FAMILY_PART, GIVEN_ALIKE, SAME
from service.identity.matching.wording import FIELDS

_GIVEN, _FAMILY, _BORN, _ADDRESS, _PHONE, _EMAIL, _IDENTITY = range(len(FIELDS))


def names_agree(found: tuple[int, ...], *, is_organisation: bool) -> bool:
    """True if the given names agree, or begin with one initial, and the family names do not differ."""
    given, family = found[_GIVEN], found[_FAMILY]
    if is_organisation:
        return family == SAME
    return SAME <= given <= GIVEN_ALIKE and family <= FAMILY_PART


def kinds_of_evidence(found: tuple[int, ...]) -> int:
    """How many kinds of evidence there are beside the name."""
    return (
        (SAME <= found[_BORN] <= levels.BORN_SLIP)
        + (found[_ADDRESS] == levels.HOUSE)
        + (SAME <= found[_PHONE] <= levels.PHONE_SLIP)
        + (found[_EMAIL] in {levels.MAILBOX, levels.MAIL_SLIP})
        + (found[_IDENTITY] == levels.IDENTITY)
    )
