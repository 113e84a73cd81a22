"""The settings of how long what is known of customers is kept, and of who may look without a reason."""

from typing import Annotated

from msgspec import Meta

from service.settings.sign_in import SignInSettings


class PrivacySettings(SignInSettings, frozen=True, kw_only=True):
    """Periods in days, of which 0 keeps for ever, and the reason for opening a customer."""

    interaction_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How long an interaction is kept after the last one of its conversation, with the "
            "conversation, its attempts, handoffs, callbacks and what search finds of it. From conversations that "
            "never end goes what is older than twice as long. Counts without persons stay. 0 for ever.",
        ),
    ] = 2190
    fact_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How long a fact is kept after it was last stated. 0 for ever.",
        ),
    ] = 2190
    former_value_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How long a former value is kept after it was replaced or its source ended it. 0 for ever.",
        ),
    ] = 1095
    condition_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How long a special condition and its redemptions are kept after its end. 0 for ever.",
        ),
    ] = 3650
    profile_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="How long warnings, what was done about them and answers to advice are kept. 0 for ever.",
        ),
    ] = 1095
    inactive_customer_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36_500,
            description="A customer in whom nothing has changed for so long, who has nothing open and no condition in "
            "force, is erased. 0 for never.",
        ),
    ] = 0

    read_reason_needed: Annotated[
        bool,
        Meta(
            description="true: agents, and keys of the role console by the header Askonce-Reason, say why they open a "
            "customer who is not ringing, offered to them or assigned to them."
        ),
    ] = False
