"""The settings of workers; they are part of `Settings`."""

from typing import Annotated

from msgspec import Meta, Struct


class WorkerSettings(Struct, frozen=True, kw_only=True):
    """How often workers look, and where each tells how it is."""

    timer_poll_ms: Annotated[
        int,
        Meta(ge=10, description="How often a worker looks for what is due, in ms, while something is written."),
    ] = 250
    outbox_poll_ms: Annotated[
        int,
        Meta(ge=10, description="How often a worker looks into the outbox, in ms, while something is written."),
    ] = 50
