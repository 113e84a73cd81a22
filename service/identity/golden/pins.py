"""Pins: what a person of the company says a field is, whatever sources state."""

import re
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from service.db.change import RecordedChange, lock_customer, record_change
from service.db.pool import Connection
from service.db.statements import Statements
from service.errors import Absent, InvalidInput
from service.identity.canonical import canonical_value, dialable_number
from service.identity.golden.model import Value
from service.identity.golden.spelling import ADDRESS_PARTS, text_of
from service.identity.golden.survive import PREFERENCE
from service.model.interaction import RequestShape, ShortText
from service.model.vocabulary import IdentityKind

SQL = Statements("service.identity.golden", "pins")

FIELDS = ("given", "family", "full", "birth_date", "address", "phone", "email", "language")
_MAX_CHARS = 1000
_PREFERENCE = re.compile(rf"{PREFERENCE}\.[^\x00-\x1f\x7f]{{1,200}}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ADDRESS = ", ".join(f"`{part}`" for part in ADDRESS_PARTS)


class PinInput(RequestShape, frozen=True):
    """What a field is, by the word of a person."""

    value: Annotated[
        str | dict[str, str],
        Meta(
            description="The value: a text; a date as YYYY-MM-DD; of an address an object with any of "
            "`street-address`, `postal-code`, `address-level2` and `country`."
        ),
    ]
    note: Annotated[ShortText | None, Meta(description="Why, in words; kept with the pin.")] = None


async def pin_field(
    connection: Connection, customer_id: UUID, field: str, pin: PinInput, *, region: str, now: datetime, key_id: UUID
) -> RecordedChange:
    """Pin a field of a customer. InvalidInput for a field that is none, or a value that it cannot have."""
    check_field(field)
    value = msgspec.json.encode(pinned_value(field, pin.value, region)).decode()
    locked = await lock_customer(connection, customer_id)
    await connection.execute(SQL.set_pin, locked.owner_id, field, value, pin.note, key_id, now)
    return await record_change(connection, locked, now=now, key_id=key_id, action="golden.pinned", fields=(field,))


async def unpin_field(
    connection: Connection, customer_id: UUID, field: str, *, now: datetime, key_id: UUID
) -> RecordedChange:
    """Let the rules decide a field of a customer again. Absent if it is not pinned."""
    check_field(field)
    locked = await lock_customer(connection, customer_id)
    if await connection.execute(SQL.delete_pins, locked.customer_id, field, locked.owner_id) == "DELETE 0":
        raise Absent("This field is not pinned.")
    return await record_change(connection, locked, now=now, key_id=key_id, action="golden.unpinned", fields=(field,))


def check_field(field: str) -> None:
    """InvalidInput for a name that is no field of a golden record."""
    if field not in FIELDS and not _PREFERENCE.fullmatch(field):
        raise InvalidInput(field="field", message=f"One of {', '.join(FIELDS)} or {PREFERENCE}.<name> is expected.")


def pinned_value(field: str, value: Value, region: str) -> Value:
    """The value as it is pinned. InvalidInput if the field cannot have it."""
    if field == "address":
        return _pinned_address(value)
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_CHARS or "\x00" in value:
        raise _invalid(f"A text of 1 to {_MAX_CHARS} characters is expected.")
    text = value.strip()
    match field:
        case "birth_date":
            return _pinned_date(text)
        case "phone":
            return dialable_number(text, region)
        case "email":
            canonical_value(IdentityKind.EMAIL, text, region)
        case "language" if not _LANGUAGE.fullmatch(text):
            raise _invalid("A BCP 47 tag such as `de` is expected.")
    return text


def _pinned_address(value: Value) -> Value:
    if not isinstance(value, dict) or value.keys() - set(ADDRESS_PARTS):
        raise _invalid(f"An object with any of {_ADDRESS} is expected.")
    parts = {name: text.strip() for name, text in value.items() if text.strip()}
    if not parts or len(text_of(parts)) > _MAX_CHARS or "\x00" in text_of(parts):
        raise _invalid(f"At least one part, and at most {_MAX_CHARS} characters are expected.")
    return parts


def _pinned_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _invalid("A date as YYYY-MM-DD is expected.") from None


def _invalid(message: str) -> InvalidInput:
    return InvalidInput(field="value", message=message)
