"""The settings of erasures; they are part of `Settings`."""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct


class ErasureSettings(Struct, frozen=True, kw_only=True):
    """Where erasures are kept beside the database, and for how long they refuse what is under way."""

    erasures_file: Annotated[
        Path | None,
        Meta(
            description="The ledger of erasures, kept apart from backups: one that is restored is erased again by it. "
            "Empty: erasures.jsonl in the data folder; with servers of yours, none."
        ),
    ] = None
    erasure_grace_s: Annotated[
        int,
        Meta(
            ge=0,
            description="So long after an erasure what names the customer is still of the past and is not taken: "
            "deliveries are under way, and clocks differ.",
        ),
    ] = 60
