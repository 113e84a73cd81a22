"""The settings of workers; they are part of `Settings`."""

from typing import Annotated

from msgspec import Meta

from service.settings.sealing import SealingSettings


class BackgroundSettings(SealingSettings, frozen=True, kw_only=True):
    """How often workers look, and where each tells how it is."""

    timer_poll_ms: Annotated[
        int,
        Meta(ge=10, description="How often a worker looks for what is due, in ms, while something is written."),
    ] = 250
    outbox_poll_ms: Annotated[
        int,
        Meta(ge=10, description="How often a worker looks into the outbox, in ms, while something is written."),
    ] = 50
    worker_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65535,
            description="The port on which a worker serves /health/live, /health/ready and /metrics; each worker needs "
            "its own. 0 for none.",
        ),
    ] = 0
    worker_host: Annotated[str, Meta(description="The address on which it serves them.")] = "127.0.0.1"
