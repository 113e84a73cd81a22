"""The setting of secrets at rest."""

from typing import Annotated

from msgspec import Meta

from service.settings.erasure import ErasureSettings


class SealingSettings(ErasureSettings, frozen=True, kw_only=True):
    """Under which keys secrets of doors, webhooks and mail tokens are stored."""

    secrets_key: Annotated[
        str,
        Meta(
            pattern=r"^(?:[A-Za-z0-9_-]{43}=\s*(?:,\s*|$))*$",
            description="The keys that seal secrets of doors, webhooks and mail tokens in the database, with commas "
            "between: the first seals, all of them open; `askonce secrets key` makes one. Empty: a file secrets.key in "
            "the data folder of embedded servers; with servers of your own, secrets are stored as they are.",
        ),
    ] = ""
