"""The records of a file in normal form, without a database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from benchmarks.identity.files import Row
from benchmarks.identity.metrics import Pair
from service.identity.matching.model import NormalRecord
from service.identity.normal.record import normal_record
from service.identity.sources.model import SourceRecordInput, StatedAddress, StatedName
from service.model.interaction import IdentityClaim
from service.model.vocabulary import IdentityKind

MOST_SHARING = 100
"""What more records share is no contact of a household."""
_LONGEST_TEXT = 1000


def normal_forms(rows: Sequence[Row], region: str) -> list[NormalRecord]:
    """Each record as it is compared."""
    return [normal_record(to_input(row), region) for row in rows]


def to_input(row: Row) -> SourceRecordInput:
    """What the record states, as its import would understand it."""

    def cell(*names: str) -> str | None:
        return " ".join(text for name in names if (text := row.get(name, "")))[:_LONGEST_TEXT] or None

    address = StatedAddress(
        street_address=cell("street", "house"),
        postal_code=cell("postal_code"),
        address_level2=cell("city"),
        country=cell("country"),
    )
    phone, email, number = cell("phone"), cell("email"), cell("identity.customer_number")
    return SourceRecordInput(
        name=StatedName(given=cell("given"), family=cell("family"), full=cell("full")),
        birth_date=cell("birth_date"),
        addresses=(address,) if address != StatedAddress() else (),
        phones=(phone,) if phone else (),
        emails=(email,) if email else (),
        identities=(IdentityClaim(kind=IdentityKind.CUSTOMER_NUMBER, value=number),) if number else (),
    )


def pairs_in_contact(rows: Sequence[Row], records: Sequence[NormalRecord]) -> Iterator[Pair]:
    """Pairs of records of one family name that share a telephone number or a mailbox."""
    sharing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row, record in zip(rows, records, strict=True):
        for contact in (*(phone.number for phone in record.phones), *record.emails):
            if record.family:
                sharing[record.family, contact].append(row["record_id"])
    for together in sharing.values():
        if len(together) <= MOST_SHARING:
            yield from combinations(together, 2)
