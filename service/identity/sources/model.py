"""What a system knows of a person, as it states it."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from service.model.interaction import IdentityClaim, Language, RequestShape, Timestamp

StatedText = Annotated[str, Meta(max_length=1000)]


class StatedName(RequestShape, frozen=True):
    """A person's name as the system holds it, in parts or whole."""

    given: Annotated[StatedText | None, Meta(description="Given names; absent when the system has no such field.")] = (
        None
    )
    family: Annotated[StatedText | None, Meta(description="The family name, with its particles such as `von`.")] = None
    full: Annotated[StatedText | None, Meta(description="The whole name where the system has one field for it.")] = None


class StatedAddress(
    RequestShape,
    frozen=True,
    rename={"street_address": "street-address", "postal_code": "postal-code", "address_level2": "address-level2"},
):
    """A postal address; the names of the parts are those of HTML's autocomplete."""

    street_address: Annotated[StatedText | None, Meta(description="Street and house number in one line.")] = None
    postal_code: Annotated[StatedText | None, Meta(description="The postal code as the system wrote it.")] = None
    address_level2: Annotated[
        StatedText | None, Meta(description="The town, as HTML's second level of an address.")
    ] = None
    country: Annotated[
        StatedText | None, Meta(description="ISO 3166 code or a country's name; absent means the default region.")
    ] = None


class SourceRecordInput(RequestShape, frozen=True):
    """All that a system says of one person now: it replaces what the same record said before, which stays on record."""

    name: Annotated[StatedName | None, Meta(description="The name, in parts or whole.")] = None
    birth_date: Annotated[
        StatedText | None, Meta(description="The date of birth as the system wrote it, best as YYYY-MM-DD.")
    ] = None
    addresses: Annotated[
        tuple[StatedAddress, ...], Meta(max_length=20, description="Postal addresses, the most important one first.")
    ] = ()
    phones: Annotated[
        tuple[StatedText, ...], Meta(max_length=20, description="Telephone numbers in any spelling.")
    ] = ()
    emails: Annotated[tuple[StatedText, ...], Meta(max_length=20, description="E-mail addresses in any spelling.")] = ()
    identities: Annotated[
        tuple[IdentityClaim, ...],
        Meta(max_length=10, description="Further identities, such as customer numbers and loyalty cards."),
    ] = ()
    language: Annotated[Language | None, Meta(description="The language of the person, a BCP 47 tag.")] = None
    preferences: Annotated[
        dict[StatedText, StatedText],
        Meta(max_length=50, description="What the person prefers, by names of the system."),
    ] = field(default_factory=dict)
    stated_at: Annotated[
        Timestamp | None, Meta(description="When the system learned it, an RFC 3339 time; absent means now.")
    ] = None
    verified: Annotated[
        bool, Meta(description="True if the system has proof of the telephone numbers and e-mail addresses it states.")
    ] = False


class SourceRecordItem(SourceRecordInput, frozen=True, kw_only=True):
    """A record of a batch."""

    external_id: Annotated[str, Meta(description="The id of the person in the system; 1 to 300 characters.")]


class StoredValue(Struct, frozen=True, kw_only=True):
    """One value that a source stated of a customer."""

    field: str
    """given, family, full, birth_date, address, phone, email, language, preference.<name>, or identity.<kind>."""
    value: str | dict[str, str]
    """As it was stated; an address is one block of its parts."""
    normal: str
    """The form by which equal values are recognised; empty if there is none."""
    source: str
    external_id: str
    stated_at: datetime
    verified: bool
