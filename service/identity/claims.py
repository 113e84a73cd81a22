"""Identities as callers state them, brought to their canonical form."""

from collections.abc import Sequence

from service.errors import InvalidInput
from service.identity.canonical import canonical_value
from service.identity.model import Claim, Identity
from service.model.interaction import MAX_IDENTITY_CHARS, IdentityClaim
from service.model.vocabulary import IdentityKind


def canonical_claims(
    identities: Sequence[IdentityClaim], region: str, *, field: str = "identities"
) -> tuple[Claim, ...]:
    """Each identity in its canonical form. InvalidInput names the one that has none, as in `identities[1].value`."""
    claims = []
    for index, stated in enumerate(identities):
        try:
            value = canonical_value(stated.kind, stated.value, region)
        except InvalidInput as error:
            raise InvalidInput(field=f"{field}[{index}].value", message=error.message) from error
        claims.append(Claim(identity=Identity(stated.kind, value), verified=stated.verified, decides=stated.decides))
    return tuple(claims)


def canonical_claim_or_none(stated: IdentityClaim, region: str) -> Claim | None:
    """The identity in its canonical form; None if it has none, for senders who cannot mend it."""
    try:
        (claim,) = canonical_claims([stated], region)
    except InvalidInput:
        return None
    return claim


def reference_identity(source: str, reference: str) -> IdentityClaim:
    """The identity of a customer who has no other: the channel's reference of the conversation or call."""
    return IdentityClaim(kind=IdentityKind.EXTERNAL, value=f"{source}:{reference}"[:MAX_IDENTITY_CHARS])
