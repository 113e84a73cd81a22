"""Splink's matches of the same records in the same normal forms, by an interpreter that has it."""

import csv
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.identity.files import PeopleSet, Row
from benchmarks.identity.metrics import FoundPair
from benchmarks.identity.normal import normal_forms
from benchmarks.services import SCRIPTS
from service.errors import ConfigurationError
from service.identity.matching.model import NormalAddress, NormalRecord
from service.identity.matching.phonetics import cologne

SCRIPT = SCRIPTS / "references" / "splink_pairs.py"
COLUMNS = (
    *("record_id", "given", "family", "given_sound", "family_sound", "birth_date"),
    *("postal_code", "town", "street", "house", "phone", "email", "number"),
)
_NOWHERE = NormalAddress(country="", postal_code="", town="", street="", house="")


def match_by_splink(people: PeopleSet, region: str, python: Path) -> list[FoundPair]:
    """The pairs that Splink finds, each with its probability. ConfigurationError if it cannot run."""
    with TemporaryDirectory(prefix="askonce-splink-") as folder:
        records, pairs = Path(folder) / "records.csv", Path(folder) / "pairs.csv"
        with records.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(_columns(people.rows, normal_forms(people.rows, region)))
        done = subprocess.run([python, SCRIPT, records, pairs], check=False)  # noqa: S603
        if done.returncode:
            raise ConfigurationError(f"Splink failed; {python} needs the package splink 5.")
        with pairs.open(encoding="utf-8", newline="") as file:
            return [FoundPair(row["a"], row["b"], float(row["p"])) for row in csv.DictReader(file)]


def _columns(rows: Sequence[Row], records: Sequence[NormalRecord]) -> Iterator[Row]:
    """Splink compares one value of each field: the first one."""
    for row, record in zip(rows, records, strict=True):
        address = next(iter(record.addresses), _NOWHERE)
        family = record.family or record.organisation
        yield {
            "record_id": row["record_id"],
            "given": record.given,
            "family": family,
            "given_sound": _sound(record.given),
            "family_sound": _sound(family),
            "birth_date": record.birth_date,
            "postal_code": address.postal_code,
            "town": address.town,
            "street": address.street,
            "house": address.house,
            "phone": next((phone.number for phone in record.phones), ""),
            "email": next(iter(record.emails), ""),
            "number": row.get("identity.customer_number", ""),
        }


def _sound(name: str) -> str:
    """That of the first word."""
    return cologne(name.partition(" ")[0])
