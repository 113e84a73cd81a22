"""Asterisk: the events of its manager interface (AMI) and of its REST interface (ARI), one JSON object a line.

The readers in `service/listeners` read them from Asterisk itself; another program may post them. A conversation
is a Linkedid (in ARI: the channel that came in), a leg a Uniqueid. How a call ended says the dial or the call record,
never the hangup cause: a call that nobody took ends with cause 16, Normal Clearing.
https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from service.channels.base import (
    Adapter,
    AdapterSettings,
    ChannelAccount,
    Delivery,
    DoorOutput,
    SecretText,
    verified_by_path,
)
from service.channels.phone.asterisk import ami as asterisk_ami
from service.channels.phone.asterisk import ari as asterisk_ari
from service.channels.phone.asterisk.events import MAX_EVENTS, AsteriskEvent, AsteriskServer
from service.errors import InvalidInput
from service.model.call import CallEvent
from service.model.json_text import read_json

_MB = 1024 * 1024
_PORTS = {"ami": 5038, "ari": 8088}


class AsteriskSettings(AdapterSettings, frozen=True, kw_only=True):
    """`reader` is what to connect to, `ami` or `ari`, as `user` with `password`; nothing if events are posted.

    Numbers of at most `extension_digits` digits are our own telephones. `app` is the name that ARI knows us by.
    """

    reader: Literal["", "ami", "ari"] = ""
    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    user: str = ""
    password: SecretText = ""
    app: str = "askonce"
    extension_digits: int = 5

    @property
    def connects_to(self) -> tuple[str, int]:
        """Host and port of the reader; the usual port unless another one is set."""
        return self.host, self.port or _PORTS.get(self.reader, 0)


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """The calls in these lines; most say nothing of calls. InvalidInput if none is an event, or there are too many."""
    lines = delivery.raw.splitlines()
    if len(lines) > MAX_EVENTS:
        raise InvalidInput(f"At most {MAX_EVENTS} events at once are expected.")
    events = [event for line in lines if (event := _parse_event(line)) is not None]
    if not events:
        raise InvalidInput("Events of AMI or ARI are expected, one JSON object a line.")
    exchange = AsteriskServer(source=account.source, extension_digits=account.settings.extension_digits)
    produced: list[CallEvent] = []
    for event in events:
        reader = asterisk_ari if "type" in event else asterisk_ami
        produced.extend(reader.call_events_of(event, exchange, delivery.received_at))
    return produced


def _parse_event(line: bytes) -> AsteriskEvent | None:
    """The event in a line; None if it is none."""
    try:
        found = read_json(line, AsteriskEvent)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found


def _samples(_instance: ChannelAccount) -> Sequence[Delivery]:
    """A call from outside that rings at one telephone, and that nobody takes."""
    root = {"Uniqueid": "1795284470.2", "Linkedid": "1795284470.2", "CallerIDNum": "017112345678", "Exten": "100"}
    dial = {
        **root,
        "DestUniqueid": "1795284470.3",
        "DestLinkedid": "1795284470.2",
        "DestChannel": "PJSIP/anna-00000003",
    }
    events = (
        {"Event": "Newchannel", **root},
        {"Event": "DialBegin", **dial},
        {"Event": "DialEnd", **dial, "DialStatus": "NOANSWER"},
        {"Event": "Hangup", **root, "Cause": "16"},
    )
    lines = b"\n".join(msgspec.json.encode(event) for event in events)
    return (Delivery(raw=lines, headers={}, received_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC)),)


ADAPTER = Adapter(
    name="asterisk",
    title="Asterisk (AMI and ARI)",
    verify=verified_by_path,
    parse=parse,
    samples=_samples,
    settings=AsteriskSettings,
    in_path=True,
    body_limit_bytes=4 * _MB,
)
