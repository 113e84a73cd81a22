"""Records in normal form for tests of matching."""

from service.identity.matching.model import NormalAddress, NormalPhone, NormalRecord
from service.identity.matching.profile import Profile, profile

HOME = NormalAddress(country="DE", postal_code="80331", town="munchen", street="sendlinger str", house="12")
MOBILE = NormalPhone(number="491711234567", is_mobile=True)
LINE = NormalPhone(number="49891234567", is_mobile=False)


def anna(**differs: object) -> NormalRecord:
    """Anna Müller as the shop knows her, but for what differs."""
    known: dict[str, object] = {
        "given": "anna",
        "family": "mueller",
        "birth_date": "19800312",
        "addresses": (HOME,),
        "phones": (MOBILE,),
        "emails": ("wanderfalke77@example.de",),
    }
    return NormalRecord(**(known | differs))  # type: ignore[arg-type]


def compared(**differs: object) -> Profile:
    """Anna Müller as she is compared, but for what differs."""
    return profile(anna(**differs))
