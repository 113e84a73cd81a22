"""What records are compared by."""

from msgspec import Struct


class NormalAddress(Struct, frozen=True, array_like=True, gc=False):
    """An address in normal form; a part that is not known is empty."""

    country: str
    """ISO 3166 code in upper case."""
    postal_code: str
    town: str
    street: str
    """Without its house number, abbreviated the same way always."""
    house: str


class NormalPhone(Struct, frozen=True, array_like=True, gc=False):
    """A telephone number that can be evidence."""

    number: str
    """E.164 without its plus."""
    is_mobile: bool


class NormalRecord(Struct, frozen=True, array_like=True):
    """What one record says of a person, or of an organisation, in normal form; what it does not say is empty.

    Names are lower-case words of a to z, parted by blanks, without titles and marks. A value that is no evidence, such
    as a placeholder number or a role mailbox, is left out.
    """

    given: str = ""
    family: str = ""
    generation: str = ""
    """`jun` or `sen`."""
    birth_date: str = ""
    """YYYYMMDD."""
    addresses: tuple[NormalAddress, ...] = ()
    phones: tuple[NormalPhone, ...] = ()
    emails: tuple[str, ...] = ()
    organisation: str = ""
    """The organisation's name, if the record is about one; then it has no names of a person."""
    former: str = ""
    """A family name that the person had before, in the form of `family`, if the record says so (geb. Schulz)."""
    identities: tuple[str, ...] = ()
    """Further identities that it states, such as customer numbers, each `kind:value`."""
