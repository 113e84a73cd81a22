"""The link by which the console opens with one click, for who started a service on servers of its own."""

import asyncio
import sys
from datetime import timedelta
from importlib.util import find_spec

import structlog

from service.access.accounts.links import create_opening_link, link_url
from service.db.pool import Database
from service.errors import Unavailable
from service.model.clock import Clock
from service.settings.model import Settings

log = structlog.get_logger()


def print_console_link(settings: Settings, base_url: str) -> None:
    """Print the link on standard error, if there is a console that it opens."""
    if link := console_link(settings.direct_url, base_url, valid=timedelta(hours=settings.sign_in_link_hours)):
        print(f"{link} opens the console, once.", file=sys.stderr, flush=True)


def console_link(database_url: str, base_url: str, *, valid: timedelta = timedelta(hours=1)) -> str | None:
    """The address, good for one click; the one that was given before ends.

    None without pages that it could open, after an operator disabled its account, and if the database does not answer.
    """
    if not console_exists():
        return None
    try:
        token = asyncio.run(_create_token(database_url, valid))
    except Unavailable as error:
        log.warning("console_link_failed", exc_info=error)
        return None
    return token and link_url(base_url, token)


def console_exists() -> bool:
    """Whether this version has the pages."""
    return find_spec("service.web.console") is not None


async def _create_token(database_url: str, valid: timedelta) -> str | None:
    database = await Database.connect(database_url, connections=1)
    try:
        async with database.transaction() as connection:
            return await create_opening_link(connection, now=Clock().now(), valid=valid)
    finally:
        await database.close()
