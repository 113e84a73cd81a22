"""The page of a golden record: each field with its source, pins by hand, and the records of other systems."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from msgspec import Struct

from service.db.change import RecordedChange
from service.db.pool import Connection
from service.desks.drafts import discard_drafts
from service.errors import InvalidInput
from service.identity.golden.model import OWN_SOURCE, Value
from service.identity.golden.pins import PinInput, pin_field, unpin_field
from service.identity.golden.reading import read_golden
from service.settings.model import Settings
from service.web.console.customer.reads import CustomerReads
from service.web.console.desk_forms import as_request
from service.web.console.golden.reads import read_source_records, source_titles
from service.web.console.golden.words import (
    ADDRESS_PARTS,
    GOLDEN_FIELDS,
    GOLDEN_RULES,
    field_place,
    golden_text,
)
from service.web.console.guard import for_roles
from service.web.console.navigation import ADMIN_ROLES
from service.web.console.pages.customer import CUSTOMERS_PATH, READERS
from service.web.console.visit import Visit
from service.web.console.words import problem_text_of

MOST_OTHERS = 8
_DRAFTS = [f"golden-{name}" for name in GOLDEN_FIELDS]


class PinForm(Struct, kw_only=True, rename={"street_address": "street-address", "postal_code": "postal-code"}):
    """A value that was said, as JSON, or one that is typed: a text, or the parts of an address."""

    chosen: str = ""
    text: str = ""
    street_address: str = ""
    postal_code: str = ""
    town: str = msgspec.field(default="", name="address-level2")
    country: str = ""
    note: str = ""
    csrf_token: str = ""

    @property
    def value(self) -> Value:
        """What is pinned. InvalidInput if that was not chosen on a page of ours."""
        if self.chosen:
            try:
                return msgspec.json.decode(self.chosen, type=str | dict[str, str])
            except msgspec.MsgspecError as error:
                raise InvalidInput(field="value", message="This is no value of a field.") from error
        typed = (self.street_address, self.postal_code, self.town, self.country)
        parts = {name: text.strip() for name, text in zip(ADDRESS_PARTS, typed, strict=True) if text.strip()}
        return parts or self.text.strip()


class GoldenPages(Controller):
    """The golden record of a customer; agents read it, those who lead desks pin values."""

    path = CUSTOMERS_PATH + "/{customer_id:uuid}/golden"
    guards = [for_roles(*READERS)]  # noqa: RUF012 (Litestar's own declaration)

    @get(include_in_schema=False)
    async def show(
        self, visit: NamedDependency[Visit], customer_reads: NamedDependency[CustomerReads], customer_id: FromPath[UUID]
    ) -> Response[str]:
        """Each field with its source and what else is said; the id of a merged customer leads to the survivor."""
        return await _page(visit, customer_reads, customer_id)

    @post("/{name:str}", guards=[for_roles(*ADMIN_ROLES)], include_in_schema=False)
    async def choose_value(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        settings: NamedDependency[Settings],
        *,
        customer_id: FromPath[UUID],
        name: FromPath[str],
        data: URLEncodedBody[PinForm],
    ) -> Response[str]:
        """Let this value stand, whatever sources say."""
        try:
            pin = as_request({"value": data.value, "note": data.note or None}, PinInput)
            author = _author(visit) | {"region": settings.default_region}
            await _change(customer_reads, lambda connection: pin_field(connection, customer_id, name, pin, **author))
        except InvalidInput as error:
            return await _page(visit, customer_reads, customer_id, problem=problem_text_of(error))
        await discard_drafts(customer_reads.database, visit.session.account_id, customer_id, [f"golden-{name}"])
        return visit.redirect(f"{CUSTOMERS_PATH}/{customer_id}/golden")

    @post("/{name:str}/release", guards=[for_roles(*ADMIN_ROLES)], include_in_schema=False)
    async def release(
        self,
        visit: NamedDependency[Visit],
        customer_reads: NamedDependency[CustomerReads],
        customer_id: FromPath[UUID],
        name: FromPath[str],
    ) -> Response[str]:
        """Let the rule of the field decide again."""
        await _change(customer_reads, lambda connection: unpin_field(connection, customer_id, name, **_author(visit)))
        return visit.redirect(f"{CUSTOMERS_PATH}/{customer_id}/golden")


def _encoded(value: Value) -> str:
    return msgspec.json.encode(value).decode()


_WORDS: dict[str, Any] = {
    "golden_fields": GOLDEN_FIELDS,
    "rules": GOLDEN_RULES,
    "own_source": OWN_SOURCE,
    "address_parts": ADDRESS_PARTS,
    "most_others": MOST_OTHERS,
    "draft_forms": " ".join(_DRAFTS),
    "text_of": golden_text,
    "encoded": _encoded,
}
"""What the template calls these tables and functions."""


async def _page(visit: Visit, reads: CustomerReads, customer_id: UUID, *, problem: str | None = None) -> Response[str]:
    sheet = await reads.read(visit, customer_id)
    survivor = sheet.view.customer.id
    if survivor != customer_id and not problem:
        return visit.redirect(f"{CUSTOMERS_PATH}/{survivor}/golden")
    async with reads.database.connection() as connection:
        golden = await read_golden(connection, [survivor])
        records = await read_source_records(connection, survivor)
        titles = await source_titles(connection)
    return visit.page(
        "golden/record.html",
        status=422 if problem else 200,
        problem=problem,
        sheet=sheet,
        page_path=f"{CUSTOMERS_PATH}/{survivor}",
        golden=golden,
        fields=sorted(golden.fields.items(), key=lambda item: field_place(item[0])),
        records=records,
        may_pin=visit.session.role in ADMIN_ROLES,
        titles=titles,
        **_WORDS,
    )


def _author(visit: Visit) -> dict[str, Any]:
    return {"now": visit.now, "key_id": visit.session.principal.key_id}


async def _change(reads: CustomerReads, change: Callable[[Connection], Awaitable[RecordedChange]]) -> None:
    async with reads.database.transaction() as connection:
        changed = await change(connection)
    await reads.reader.cache.drop([changed.customer_id])
