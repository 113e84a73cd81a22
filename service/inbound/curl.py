"""The shell command that sends a delivery for real; the door's secret stands in it as a variable of the shell."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from service.channels.base import Adapter, ChannelAccount, Delivery
from service.inbound.accounts import delivery_path
from service.inbound.redaction import holds_secret

SECRET_VARIABLE = "DOOR_SECRET"  # noqa: S105 (a name)


def delivery_for_now(
    adapter: Adapter, account: ChannelAccount, sample: Delivery, *, public_url: str, now: datetime
) -> Delivery:
    """A recorded delivery as the vendor would send it to this very door at this moment."""
    path = "/".join(filter(None, (delivery_path(adapter, account), sample.rest)))
    url = f"{public_url.rstrip('/')}{path}{'?' if sample.query_string else ''}{sample.query_string}"
    delivery = replace(sample, url=url, received_at=now)
    return delivery if adapter.sign_again is None else adapter.sign_again(delivery, account)


def curl_command(delivery: Delivery, account: ChannelAccount) -> str | None:
    """A command for a POSIX shell; None if it could not be written without a secret of the door."""
    quoted = partial(_quoted, secret=account.secret)
    headers = dict(delivery.headers)
    login = _login(headers)
    before, data = _body(delivery.raw, quoted)
    parts = [f"{before}curl --include --request {delivery.method} {quoted(delivery.url)}"]
    if login is not None:
        del headers["authorization"]
        parts.append(f"--user {quoted(login)}")
    parts += [f"--header {quoted(f'{name}: {value}')}" for name, value in headers.items()]
    command = " \\\n  ".join([*parts, f"--data-binary {data}"])
    return None if holds_secret(command, account) else command


def _login(headers: dict[str, str]) -> str | None:
    """The name and the password of Basic authentication, which hides a secret from the eye alone."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def _body(raw: bytes, quoted: Callable[[str], str]) -> tuple[str, str]:
    """What stands before the command, and its data: a text as it is, all else as Base64, which no page changes."""
    text = raw.decode("utf-8", "replace")
    if text.encode() == raw and all(one.isprintable() or one == "\n" for one in text):
        return "", quoted(text)
    return f"echo {base64.b64encode(raw).decode()} | base64 -d | ", "@-"


def _quoted(text: str, *, secret: str) -> str:
    """The text for the shell, which puts the secret into it."""
    variable = f"'\"${SECRET_VARIABLE}\"'"
    return "'" + variable.join(part.replace("'", "'\"'\"'") for part in text.split(secret)) + "'"
