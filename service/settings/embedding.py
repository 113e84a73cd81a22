"""The settings of what pages of other desks show: cards in frames, and live events."""

from typing import Annotated

from msgspec import Meta

from service.settings.background import BackgroundSettings


class EmbeddingSettings(BackgroundSettings, frozen=True, kw_only=True):
    """Which desks show cards and hear live events, and which of their servers sign for them."""

    event_origins: Annotated[
        str,
        Meta(
            description="Sites whose pages may open streams of live events with a ticket, e.g. "
            "https://desk.example.com; several are separated by spaces. Empty: no page of another site may."
        ),
    ] = ""

    embed_origins: Annotated[
        str,
        Meta(
            description="Desks whose pages may show a customer's card in a frame, e.g. https://chat.example.com; "
            "several are separated by spaces. Empty: no page may."
        ),
    ] = ""
    embed_secrets: Annotated[
        str,
        Meta(
            pattern=r"^(?:[^\s=]+=[\x21-\x7e]{32,}(?:\s+|$))*$",
            description="By which secret each of these desks' servers signs links to cards: "
            "https://desk.example.com=SECRET, of 32 characters or more; several are separated by spaces. A desk may "
            "stand twice while its secret changes. Empty: agents sign in.",
        ),
    ] = ""
