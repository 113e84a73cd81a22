"""Prepares an interaction for registration: canonical identities, and nothing that the database could not store."""

from uuid import UUID

from service.errors import InvalidInput
from service.identity.canonical import canonical
from service.identity.model import Claim, Identity
from service.intake.model import Submission
from service.model.interaction import Interaction

_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2199


def prepare(interaction: Interaction, *, key_id: UUID, region: str) -> Submission:
    """The interaction with its identities in canonical form; InvalidInput names the field that cannot be taken."""
    if not _EARLIEST_YEAR <= interaction.occurred_at.year <= _LATEST_YEAR:
        raise InvalidInput(field="occurred_at", message=f"The year lies between {_EARLIEST_YEAR} and {_LATEST_YEAR}.")
    claims = []
    for index, claim in enumerate(interaction.identities):
        try:
            value = canonical(claim.kind, claim.value, region)
        except InvalidInput as error:
            raise InvalidInput(field=f"identities[{index}].value", message=error.message) from error
        claims.append(Claim(identity=Identity(claim.kind, value), verified=claim.verified))
    return Submission(interaction, tuple(claims), key_id)
