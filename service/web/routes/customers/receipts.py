"""The answer to a change for keys that may write what they may not read."""

from typing import Annotated, TypeVar
from uuid import UUID

from msgspec import Meta, Struct

from service.access.model import Principal
from service.model.fields import ContextVersion
from service.model.vocabulary import Role

Record = TypeVar("Record")

_READER_ROLES = frozenset({Role.CONSOLE, Role.ADMIN})
"""Roles whose GET shows the records of customers and conversations."""


class ChangeReceipt(Struct, frozen=True, kw_only=True):
    """That a change is on record: all that a key learns that may not read the record itself."""

    id: Annotated[UUID, Meta(description="Canonical id of the record that was created or changed (UUIDv7).")]
    version: ContextVersion


def record_or_receipt(record: Record, principal: Principal, *, record_id: UUID, version: int) -> Record | ChangeReceipt:
    """The record for a key that may read it, else that it was changed."""
    return record if principal.role in _READER_ROLES else ChangeReceipt(id=record_id, version=version)
