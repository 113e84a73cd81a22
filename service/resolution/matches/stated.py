"""What a customer states, by its own words and by the records of sources, as normal records to be compared; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import msgspec
from msgspec import Struct, convert
from msgspec.structs import astuple, replace

from service.identity.matching.keys import match_keys
from service.identity.matching.model import NormalRecord
from service.identity.matching.profile import Profile, profile
from service.identity.normal.record import normal_record
from service.identity.sources.model import SourceRecordInput, StatedAddress, StatedName
from service.model.interaction import IdentityClaim
from service.model.vocabulary import IdentityKind

CONTACT_FACTS = (
    *("name", "given-name", "family-name", "bday", "tel", "email"),
    *("street-address", "address-line1", "postal-code", "address-level2", "country", "country-name"),
)
"""Facts that tell one person from another: HTML's autocomplete tokens."""
IDENTITY = "identity."
"""What the fields begin with that hold further identities."""
MAX_RECORDS = 20
"""More records of one customer are not compared."""


Value = str | dict[str, str | None]
"""As it was stated; an address is a block of its parts."""


class RecordValue(Struct, frozen=True, array_like=True):
    """One value that a source's record states now."""

    source: str
    external_id: str
    field: str
    value: Value


class CustomerStatements(Struct, frozen=True, kw_only=True):
    """All that is stated of one customer, as if it were never merged."""

    name: str | None
    identities: tuple[tuple[IdentityKind, str], ...]
    """Telephone numbers and e-mail addresses."""
    facts: Mapping[str, str]
    values: tuple[RecordValue, ...]
    """Those of one record follow each other."""


_decoder = msgspec.json.Decoder(CustomerStatements)


def decode_statements(text: str | bytes) -> CustomerStatements:
    """Statements as the database gives them."""
    return _decoder.decode(text)


def customer_records(statements: CustomerStatements, region: str) -> tuple[list[Profile], list[int]]:
    """What a customer is compared by, and the keys under which it meets others."""
    stated = [normal_record(one, region) for one in _source_records(statements.values)[:MAX_RECORDS]]
    own = _own_record(statements, is_named=any(map(_has_name, stated)))
    records = distinct_records(stated if own is None else _with_own(stated, normal_record(own, region)))
    return [profile(record) for record in records], list(dict.fromkeys(chain.from_iterable(map(match_keys, records))))


def _has_name(record: NormalRecord) -> bool:
    return bool(record.given or record.family or record.organisation)


def _with_own(stated: Sequence[NormalRecord], own: NormalRecord) -> list[NormalRecord]:
    """The records of sources and the customer's own, without what that has from them.

    Numbers and mailboxes that come with neither name nor birth date are no record: they belong to the first one.
    """
    if not stated:
        return [own]
    phones = {phone for record in stated for phone in record.phones}
    emails = {email for record in stated for email in record.emails}
    own = replace(
        own,
        phones=tuple(phone for phone in own.phones if phone not in phones),
        emails=tuple(email for email in own.emails if email not in emails),
    )
    if _has_name(own) or own.birth_date:
        return [*stated, own]
    first = replace(stated[0], phones=stated[0].phones + own.phones, emails=stated[0].emails + own.emails)
    return [first, *stated[1:]]


def distinct_records(records: Iterable[NormalRecord]) -> list[NormalRecord]:
    """The records without those that say nothing, or nothing that another one does not say."""
    kept: list[NormalRecord] = []
    for one in records:
        if one == _NOTHING or any(_says_no_more(one, other) for other in kept):
            continue
        kept = [other for other in kept if not _says_no_more(other, one)] + [one]
    return kept


_NOTHING = NormalRecord()


def _says_no_more(one: NormalRecord, other: NormalRecord) -> bool:
    for value, said in zip(astuple(one), astuple(other), strict=True):
        if value and value != said and not (isinstance(value, tuple) and set(value) <= set(said)):
            return False
    return True


def _own_record(statements: CustomerStatements, *, is_named: bool) -> SourceRecordInput | None:
    """What the customer said itself, and what channels know it by; with `is_named`, sources say the name."""
    if is_named and not statements.identities and not statements.facts:
        return None
    fact = statements.facts.get
    address = StatedAddress(
        street_address=fact("street-address") or fact("address-line1"),
        postal_code=fact("postal-code"),
        address_level2=fact("address-level2"),
        country=fact("country") or fact("country-name"),
    )
    given, family = fact("given-name"), fact("family-name")
    full = fact("name") or (None if is_named else statements.name)
    return SourceRecordInput(
        name=StatedName(given=given, family=family, full=None if given and family else full),
        birth_date=fact("bday"),
        addresses=(address,) if address.street_address or address.postal_code or address.address_level2 else (),
        phones=_values(statements.identities, IdentityKind.PHONE, fact("tel")),
        emails=_values(statements.identities, IdentityKind.EMAIL, fact("email")),
    )


def _values(identities: Sequence[tuple[IdentityKind, str]], kind: IdentityKind, stated: str | None) -> tuple[str, ...]:
    return (*(value for one, value in identities if one is kind), *([stated] if stated else []))


def _source_records(values: Sequence[RecordValue]) -> list[SourceRecordInput]:
    records: dict[tuple[str, str], dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for one in values:
        records[one.source, one.external_id][one.field].append(one.value)
    return [_record(fields) for fields in records.values()]


def _record(fields: Mapping[str, Sequence[Value]]) -> SourceRecordInput:
    def texts(field: str) -> tuple[str, ...]:
        return tuple(value for value in fields.get(field, ()) if isinstance(value, str))

    def text(field: str) -> str | None:
        return next(iter(texts(field)), None)

    return SourceRecordInput(
        name=StatedName(given=text("given"), family=text("family"), full=text("full")),
        birth_date=text("birth_date"),
        addresses=tuple(
            convert(value, StatedAddress) for value in fields.get("address", ()) if isinstance(value, dict)
        ),
        phones=texts("phone"),
        emails=texts("email"),
        identities=tuple(
            IdentityClaim(kind=IdentityKind(field.removeprefix(IDENTITY)), value=value)
            for field in fields
            if field.startswith(IDENTITY)
            for value in texts(field)
        ),
    )
