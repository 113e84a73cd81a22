"""Prepares an interaction for registration."""

from uuid import UUID

from service.errors import InvalidInput
from service.identity.claims import canonical_claims
from service.model.interaction import Interaction
from service.registration.model import Submission

_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2199


def prepare_submission(interaction: Interaction, *, key_id: UUID, region: str) -> Submission:
    """The interaction with its identities in canonical form; InvalidInput names the field that cannot be taken."""
    if not _EARLIEST_YEAR <= interaction.occurred_at.year <= _LATEST_YEAR:
        raise InvalidInput(field="occurred_at", message=f"The year lies between {_EARLIEST_YEAR} and {_LATEST_YEAR}.")
    return Submission(interaction, canonical_claims(interaction.identities, region), key_id)
