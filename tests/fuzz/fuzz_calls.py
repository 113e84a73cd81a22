"""Feeds the doors of telephone systems with what atheris invents: `python -m tests.fuzz.fuzz_calls -max_total_time=600`.

Needs `pip install atheris`. Whatever leaves a parser but a refusal is a finding, and so is a call that grows for ever.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["service"]):
    from service.channels.base import DeliveryResult
    from service.channels.phone import cti, twilio
    from service.channels.phone.asterisk import ami as asterisk_ami
    from service.channels.phone.asterisk import door as asterisk
    from service.errors import DeliveryRefused, InvalidInput
    from service.inbound.calls.record import call_interaction
    from service.inbound.calls.state import Call, apply_event
    from service.model.call import CallEvent
    from tests.channels.vendors import RECORDED, delivery_of, instance_of
    from tests.fixtures import KEY_ID

ADAPTERS = (cti.ADAPTER, twilio.ADAPTER, asterisk.ADAPTER)
DOORS = [instance_of(adapter) for adapter in ADAPTERS]
SEEDS = [
    *(sample.raw for adapter, door in zip(ADAPTERS, DOORS, strict=True) for sample in adapter.samples(door)),
    *(path.read_bytes() for path in (RECORDED / "asterisk").iterdir()),
    b'{"event": "newCall", "callId": "1", "origCallId": "2", "from": "4917112345678", "user": ["Anna"]}',
    b"event=HungUp&call_id=f4591b&type=voicemail&from=022129191999&peer=7777abc@fpbx.de",
    b"Event: Newchannel\r\nUniqueid: 1.0\r\nLinkedid: 1.0\r\nCallerIDNum: 017112345678\r\n\r\n",
]


def test_one(raw: bytes) -> None:
    """One input: a delivery to every door, and bytes on the line of a manager interface."""
    buffer = bytearray(raw)
    heard = list(asterisk_ami.take_messages(buffer))
    assert len(buffer) <= len(raw)
    assert all(isinstance(message, dict) for message in heard)
    delivery = delivery_of(raw, url="https://askonce.example/x", headers={"x-twilio-signature": "x", "host": "x"})
    for adapter, door in zip(ADAPTERS, DOORS, strict=True):
        try:
            produced = adapter.parse(delivery, door)
        except InvalidInput:
            continue
        adapter.answer(delivery, door, DeliveryResult())
        take(event for event in produced if isinstance(event, CallEvent))
    try:
        twilio.verify(delivery, DOORS[1])
    except (DeliveryRefused, InvalidInput):
        return
    raise AssertionError("A wrong signature was taken.")


def take(events) -> None:
    """The calls that come of the events, as records."""
    calls: dict[str, Call] = {}
    for event in events:
        new = Call(
            call_ref=event.call_ref, source=event.source, call_id=KEY_ID, key_id=KEY_ID, started_at=event.occurred_at
        )
        calls[event.call_ref] = apply_event(calls.get(event.call_ref, new), event)
    for call in calls.values():
        interaction = call_interaction(call)
        assert 0 < len(interaction.source_event_id) <= 200


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS):
            Path(corpus, str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], test_one)
        atheris.Fuzz()
