"""The normal form of a record: what it says, in the forms by which records are compared."""

from service.identity.matching.model import NormalAddress, NormalPhone, NormalRecord
from service.identity.normal.addresses import normal_address
from service.identity.normal.dates import normal_date
from service.identity.normal.emails import is_role, read_emails
from service.identity.normal.mailbox_names import names_of_mailboxes
from service.identity.normal.names import NormalName, read_names
from service.identity.normal.phones import read_phones
from service.identity.normal.towns import normal_country
from service.identity.sources.model import SourceRecordInput
from service.model.vocabulary import IdentityKind

_COUNTRIES_OF_CODES = {"43": "AT", "41": "CH"}
_MAX_PHONES = 10
_MAX_EMAILS = 10


def normal_record(record: SourceRecordInput, region: str) -> NormalRecord:
    """The record in normal form; `region` is the country of telephone numbers and addresses that name none.

    A record of two persons counts as one of the first who is named; a family without a given name has none.
    """
    year = {} if record.stated_at is None else {"stated_year": record.stated_at.year}
    born = normal_date(record.birth_date, **year) if record.birth_date else ""
    name = read_names(record.name, is_born=born != "") if record.name is not None else NormalName()
    phones = _phones(record, region)
    emails = _emails(record, name)
    given, family = name.given, name.family
    if not name.organisation:
        given, family = names_of_mailboxes(emails, given, family)
    return NormalRecord(
        given=given,
        family=family,
        former=name.former if name.former != family else "",
        generation=name.generation,
        birth_date=born,
        addresses=_addresses(record, region, phones),
        phones=phones,
        emails=emails if name.organisation else tuple(email for email in emails if not is_role(email)),
        organisation=name.organisation,
        identities=_further_identities(record),
    )


def _further_identities(record: SourceRecordInput) -> tuple[str, ...]:
    contacts = (IdentityKind.PHONE, IdentityKind.EMAIL)
    found = (
        f"{one.kind}:{''.join(one.value.split()).upper()}" for one in record.identities if one.kind not in contacts
    )
    return tuple(dict.fromkeys(found))


def _phones(record: SourceRecordInput, region: str) -> tuple[NormalPhone, ...]:
    texts = [*record.phones, *(claim.value for claim in record.identities if claim.kind == IdentityKind.PHONE)]
    country = _country(record, region) if texts else region
    if len(texts) == 1:
        return read_phones(texts[0], country)
    return tuple(dict.fromkeys(phone for text in texts for phone in read_phones(text, country)))[:_MAX_PHONES]


def _country(record: SourceRecordInput, region: str) -> str:
    """The country of the first address that states one, else of the first address, else the region."""
    stated = next((code for one in record.addresses if (code := normal_country(one.country or ""))), "")
    addresses = () if stated else record.addresses
    return stated or next((found.country for one in addresses if (found := normal_address(one, region))), region)


def _emails(record: SourceRecordInput, name: NormalName) -> tuple[str, ...]:
    claims = (claim.value for claim in record.identities if claim.kind == IdentityKind.EMAIL)
    texts = [*record.emails, *claims, *name.emails]
    if len(texts) == 1:
        return read_emails(texts[0])
    return tuple(dict.fromkeys(email for text in texts for email in read_emails(text)))[:_MAX_EMAILS]


def _addresses(record: SourceRecordInput, region: str, phones: tuple[NormalPhone, ...]) -> tuple[NormalAddress, ...]:
    if not record.addresses:
        return ()
    hint = next((code for phone in phones if (code := _COUNTRIES_OF_CODES.get(phone.number[:2]))), "")
    found = (normal_address(stated, region, hint) for stated in record.addresses)
    return tuple(dict.fromkeys(address for address in found if address is not None))
