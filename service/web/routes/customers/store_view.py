"""The store's view for the key of one store: a rendered view holds the conditions of every store."""

import msgspec
from msgspec import Raw, Struct

from service.access.model import Principal
from service.conditions.model import Scope
from service.conditions.rules import is_seen_at
from service.model.vocabulary import Role


class _ScopedPart(Struct, frozen=True):
    """The part of a condition that says where it holds."""

    scope: Scope


_fields_decoder = msgspec.json.Decoder(dict[str, Raw])
_parts_decoder = msgspec.json.Decoder(list[Raw])
_scope_decoder = msgspec.json.Decoder(_ScopedPart)


def view_for_key(body: bytes, principal: Principal) -> bytes:
    """The view as this key may see it: for a store's key without the conditions that hold elsewhere alone."""
    if principal.role is not Role.STORE:
        return body
    fields = _fields_decoder.decode(body)
    conditions = _parts_decoder.decode(fields["conditions"])
    seen = [one for one in conditions if is_seen_at(_scope_decoder.decode(one).scope, principal.store)]
    if len(seen) == len(conditions):
        return body
    return msgspec.json.encode({**fields, "conditions": seen})
