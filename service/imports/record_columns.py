"""The columns of a file of source records: names of ours, or headers of another system that are mapped to them."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any

from msgspec import Meta

from service.errors import InvalidInput
from service.identity.sources.model import SourceRecordItem
from service.model.letters import plain_letters
from service.model.vocabulary import IdentityKind

LEFT_OUT = "-"
"""Where a header is mapped to that is not to be imported."""
_SPELLINGS = {
    "record_id": "external_id",
    "street_address": "street-address",
    "postal_code": "postal-code",
    "address_level2": "address-level2",
    "city": "address-level2",
    "phones": "phone",
    "emails": "email",
}
_NAMES = frozenset({"given", "family", "full"})
_LISTS = frozenset({"phone", "email"})
_ADDRESS = frozenset({"street-address", "street", "house", "postal-code", "address-level2", "country"})
_PLAIN = frozenset({"external_id", "birth_date", "language", "source", "stated_at", "verified"})
_FREE = "preference."
_COLUMNS = (
    _NAMES
    | _LISTS
    | _ADDRESS
    | _PLAIN
    | {f"identity.{kind}{end}" for kind in IdentityKind for end in ("", ".verified")}
)
_COLUMNS_WITH_LINES = frozenset({"street-address", "street", "full"})
_TRUTH = {"true": True, "1": True, "yes": True, "ja": True, "false": False, "0": False, "no": False, "nein": False}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME_WITHOUT_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
_MEANINGS = {
    "external_id": "id,kunden id,kundenid,kundennr,kundennummer,customer id,source id,datensatz",
    "given": "vorname,vornamen,rufname,first name,firstname,given name",
    "family": "nachname,familienname,zuname,last name,lastname,surname,family name",
    "full": "name,kundenname,anzeigename,full name,ansprechpartner",
    "birth_date": "geburtsdatum,geburtstag,gebdatum,dob,date of birth,birthday,birthdate",
    "street": "strasse,str,street name",
    "house": "hausnummer,hausnr,hnr,house number,housenumber",
    "street-address": "adresse,anschrift,address,strasse hausnummer,strasse und hausnummer",
    "postal-code": "plz,postleitzahl,zip,zip code,postcode",
    "address-level2": "ort,stadt,wohnort,town,place,gemeinde",
    "country": "land,staat,landercode,landeskennzeichen,country code",
    "phone": "telefon,tel,telefonnummer,rufnummer,mobil,mobiltelefon,handy,handynummer,festnetz,phone number,mobile",
    "email": "e mail,mail,emailadresse,mailadresse,e mail adresse,email adresse,email address",
    "language": "sprache",
    "stated_at": "stand,geandert am,anderungsdatum,letzte anderung,updated on,updated at,last modified",
    "source": "quelle,system,herkunft",
    "verified": "verifiziert,bestatigt,gepruft",
}
_ALIASES = {alias: column for column, aliases in _MEANINGS.items() for alias in aliases.split(",")}
"""Headers as people write them, in plain letters -> the column that is suggested."""


class FileSourceRecord(SourceRecordItem, frozen=True, kw_only=True):
    """A record of a file."""

    source: Annotated[
        str | None, Meta(description="The system that states it; absent if the whole file is of one.")
    ] = None


class RecordColumns:
    """The columns of a file of source records, by a mapping of its headers.

    What is neither a column nor mapped is left out, and `left_out` names it, unless it looks like a column: nothing is
    guessed, and nothing that was meant is lost.
    """

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        self._mapping = dict(mapping or {})
        self.used: dict[str, str] = {}
        """Header of the file -> column, once its header was read."""
        self.left_out: list[str] = []

    def is_known(self, header: str) -> bool:
        """Whether this header names a column, by itself or by the mapping."""
        return _spelling(header) in self._mapping or _is_column(_plain_name(header))

    def parse_header(self, cells: Sequence[str]) -> list[str]:
        """The names of the columns. InvalidInput if one is not clear, stands twice, or a mapped one is not there."""
        self.used, self.left_out = {}, []
        missing = self._mapping.keys() - {_spelling(cell) for cell in cells}
        if missing:
            raise InvalidInput(f"--map: the file has no column `{min(missing)}`; it has {', '.join(cells)}.")
        names: list[str] = []
        for place, cell in enumerate(cells):
            name = self._mapping.get(_spelling(cell)) or _plain_name(cell)
            names.append(self._place(cell, name, place, names) if cell.strip() else f"{LEFT_OUT}.{place}")
        if not self.used:
            raise InvalidInput("The first row names no column of a record.")
        return names

    def describe(self) -> str:
        """Which header is which column, in a sentence for people."""
        used = ", ".join(f"{column} = {header}" for header, column in self.used.items())
        left_out = f" Left out: {', '.join(self.left_out)}." if self.left_out else ""
        return f"Columns: {used}.{left_out}"

    def _place(self, cell: str, name: str, place: int, names: Sequence[str]) -> str:
        if not _is_column(name):
            if name != LEFT_OUT:
                _refuse_if_meant(cell)
            self.left_out.append(cell.strip())
            return f"{LEFT_OUT}.{place}"
        if name in names and name not in _LISTS:
            message = f"It is the column {name}, and so is another one: map one of them to `{LEFT_OUT}`."
            raise InvalidInput(f"{cell.strip()}: {message}", field=cell.strip(), message=message)
        self.used[cell.strip()] = name
        return f"{name}.{place}" if name in names else name

    @staticmethod
    def may_have_lines(column: str) -> bool:
        """Whether a cell may go on over the end of a line."""
        return column in _COLUMNS_WITH_LINES or column.startswith((_FREE, LEFT_OUT))

    @staticmethod
    def to_json(row: dict[str, str]) -> dict[str, Any]:
        """A row of cells as the JSON of a record, with its source and external id."""
        record: dict[str, Any] = {}
        address: dict[str, str] = {}
        for column, cell in row.items():
            if cell.strip() and not column.startswith(LEFT_OUT):
                _set_field(record, address, column, cell.strip())
        street = " ".join(filter(None, (address.pop("street", ""), address.pop("house", ""))))
        if street:
            address.setdefault("street-address", street)
        return record | {"addresses": [address]} if address else record


def parse_mapping(texts: Sequence[str]) -> dict[str, str]:
    """`given=Vorname,family=Nachname` as header -> column. InvalidInput for a column that a record does not have."""
    mapping: dict[str, str] = {}
    for part in ",".join(texts).split(",") if texts else ():
        column, equals, header = part.partition("=")
        name = _plain_name(column)
        if not equals or not header.strip():
            raise InvalidInput(f"--map: `{part}` is not like given=Vorname.")
        if name != LEFT_OUT and not _is_column(name):
            raise InvalidInput(
                f"--map: there is no column `{column.strip()}`; there are {', '.join(sorted(_COLUMNS))}."
            )
        mapping[_spelling(header)] = name
    return mapping


def _refuse_if_meant(header: str) -> None:
    """InvalidInput for a header that looks like a column: it is to be mapped, or left out on purpose."""
    plain = plain_letters(header.replace("_", " "))
    meant = _ALIASES.get(plain)
    if meant is None:
        close = get_close_matches(plain.replace(" ", "_"), [*_COLUMNS, *_SPELLINGS], n=1, cutoff=0.85)
        meant = _SPELLINGS.get(close[0], close[0]) if close else None
    if meant is not None:
        name = header.strip()
        message = f"Did you mean {meant}? Say `--map {meant}={name}`, or `--map {LEFT_OUT}={name}` to leave it out."
        raise InvalidInput(f"{name}: {message}", field=name, message=message)


def _is_column(name: str) -> bool:
    return name in _COLUMNS or (name.startswith(_FREE) and len(name) > len(_FREE))


def _plain_name(header: str) -> str:
    """A header as a column is named: lower case, and one spelling of those that have several."""
    text = header.strip().removeprefix("\ufeff").strip()
    name = text if text.lower().startswith(_FREE) else re.sub(r"\s+", "_", text.lower())
    return _SPELLINGS.get(name, name)


def _spelling(header: str) -> str:
    return header.strip().removeprefix("\ufeff").strip().casefold()


def _set_field(record: dict[str, Any], address: dict[str, str], column: str, cell: str) -> None:
    head, _, rest = column.partition(".")
    if head in _NAMES:
        record.setdefault("name", {})[head] = cell
    elif head in _LISTS:
        record.setdefault(f"{head}s", []).extend(part.strip() for part in cell.split(";") if part.strip())
    elif head in _ADDRESS:
        address[head] = cell
    elif head == "identity":
        _set_identity(record, rest, cell)
    elif head == "preference":
        record.setdefault("preferences", {})[rest] = cell
    elif head == "verified":
        record[head] = _TRUTH.get(cell.lower(), cell)
    elif head == "stated_at":
        record[head] = _moment(cell)
    else:
        record[head] = cell


def _set_identity(record: dict[str, Any], column: str, cell: str) -> None:
    kind, _, attribute = column.partition(".")
    identities: list[dict[str, Any]] = record.setdefault("identities", [])
    identity = next((one for one in identities if one["kind"] == kind), None)
    if identity is None:
        identity = {"kind": kind}
        identities.append(identity)
    identity |= {"verified": _TRUTH.get(cell.lower(), cell)} if attribute else {"value": cell}


def _moment(cell: str) -> str:
    """A day is its beginning, and a time without an offset is in UTC."""
    if _DAY.fullmatch(cell):
        return f"{cell}T00:00:00Z"
    return f"{cell.replace(' ', 'T')}Z" if _TIME_WITHOUT_OFFSET.fullmatch(cell) else cell
