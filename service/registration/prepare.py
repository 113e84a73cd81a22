"""Prepares interactions for registration: identities in canonical form, and limits of the shape checked."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from service.access.model import HOUSE_SPACE
from service.errors import InvalidInput
from service.identity.claims import canonical_claim_or_none, canonical_claims, reference_identity
from service.model.decode import decode_json
from service.model.interaction import MAX_IDENTITY_CHARS, IdentityClaim, Interaction, JsonObject
from service.registration.model import Submission

_encode = msgspec.json.Encoder().encode
_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2199


def prepare_submission(
    interaction: Interaction,
    *,
    key_id: UUID,
    region: str,
    space_id: int = HOUSE_SPACE,
    by_person: bool = False,
    imported: bool = False,
) -> Submission:
    """The interaction with its identities in canonical form; InvalidInput names the field that cannot be taken."""
    if not _EARLIEST_YEAR <= interaction.occurred_at.year <= _LATEST_YEAR:
        raise InvalidInput(field="occurred_at", message=f"The year lies between {_EARLIEST_YEAR} and {_LATEST_YEAR}.")
    claims = canonical_claims(interaction.identities, region)
    return Submission(interaction, claims, key_id, by_person=by_person, space_id=space_id, imported=imported)


def prepare_channel_submission(interaction: Interaction, *, key_id: UUID, region: str) -> Submission:
    """The interaction of a door, whose identities may be unusable: those move to `data`, `unusable_identities`.

    Without a usable identity the conversation's ref stands for the customer. InvalidInput if a limit of the shape is
    broken.
    """
    usable: list[IdentityClaim] = []
    unusable: list[IdentityClaim] = []
    for claim in interaction.identities:
        (usable if _is_usable(claim, region) else unusable).append(claim)
    data: JsonObject | None = interaction.data
    if unusable:
        data = {**(data or {}), "unusable_identities": [{"kind": one.kind, "value": one.value} for one in unusable]}
    if not any(claim.decides for claim in usable):
        usable.append(_fallback_identity(interaction))
    if tuple(usable) != interaction.identities:
        interaction = replace(interaction, identities=tuple(usable), data=data)
    checked = decode_json(_encode(interaction), Interaction)
    return prepare_submission(checked, key_id=key_id, region=region)


def _is_usable(claim: IdentityClaim, region: str) -> bool:
    return 0 < len(claim.value) <= MAX_IDENTITY_CHARS and canonical_claim_or_none(claim, region) is not None


def _fallback_identity(interaction: Interaction) -> IdentityClaim:
    """The identity of a customer without one, such as an anonymous caller: the ref of the channel's conversation.

    It also stands for a sender that merely mentioned an address: if the address is another customer's, nothing else
    identifies the sender.
    """
    ref = interaction.conversation.ref if interaction.conversation else None
    return reference_identity(interaction.source, ref or interaction.source_event_id)
