"""`askonce email`: what mail to customers needs."""

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from service.cli.options import data_dir_option

if TYPE_CHECKING:
    from service.app.rooms import Rooms


@click.group()
def command() -> None:
    """Make answers to your mail find their conversation."""


@command.command()
@click.argument("conversation_id", type=click.UUID)
@click.option("--channel", help="The door whose reply address to use, if several have one.")
@click.option("--mail-ref", help="Your own name of this mail: with the same one, the same headers are given again.")
@click.option("--attempt", help="Also put on record that this is tried with the mail; a bounce makes it fail.")
@data_dir_option
def token(
    *, conversation_id: UUID, channel: str | None, mail_ref: str | None, attempt: str | None, data_dir: Path | None
) -> None:
    """Print the headers of one mail of the conversation CONVERSATION_ID, as JSON."""
    from service.cli.serving.servers import run_in_rooms

    async def work(rooms: "Rooms") -> None:
        import msgspec

        from service.access.model import Principal
        from service.app.arrivals import create_registrar
        from service.channels.registry import ADAPTERS
        from service.db.change import SYSTEM_KEY_ID
        from service.inbound.mail import tokens as mail_tokens
        from service.inbound.mail.tokens import MailTokenRequest
        from service.model.decode import convert_decoded
        from service.model.vocabulary import Role

        options = {"channel": channel, "mail_ref": mail_ref, "attempt": attempt}
        wanted = convert_decoded({"conversation_id": conversation_id, **options}, MailTokenRequest)
        principal = Principal(key_id=SYSTEM_KEY_ID, role=Role.ADMIN, name="askonce email token")
        issued = await mail_tokens.issue_mail_token(
            rooms.database, create_registrar(rooms), ADAPTERS, wanted, principal=principal, now=rooms.clock.now()
        )
        click.echo(msgspec.json.encode(issued))

    run_in_rooms(data_dir, work)
