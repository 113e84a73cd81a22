"""Which records of a window may be stored at the same time: those of different customers."""

import json

from service.imports.parts import split_records
from service.imports.record import FileRecord


def record(number: int, *identities: tuple[str, str], **fields: str) -> FileRecord:
    stated = {"identities": [{"kind": kind, "value": value} for kind, value in identities], **fields}
    return FileRecord(number, json.dumps(stated).encode(), number)


def numbers(records: list[FileRecord], part_records: int) -> list[list[int]]:
    return [[one.number for one in part] for part in split_records(records, part_records=part_records)]


def test_the_records_of_a_customer_stay_together_in_their_order():
    people = ["anna", "bert", "anna", "bert", "bert", "anna"]
    records = [record(number, ("email", f"{name}@example.de")) for number, name in enumerate(people)]
    assert numbers(records, 3) == [[0, 2, 5], [1, 3, 4]]


def test_a_customer_who_is_known_by_several_identities_is_one():
    mail, card = ("email", "anna@example.de"), ("loyalty_card", "L-1")
    records = [record(0, mail), record(1, card), record(2, ("email", "bert@example.de")), record(3, card, mail)]
    assert numbers(records, 2) == [[0, 1, 3], [2]]


def test_spellings_of_an_identity_are_one_customer():
    spellings = [("phone", "0151 / 234 5678"), ("phone", "+491512345678"), ("phone", "0151２３４５６７８")]
    cards = [("customer_number", "k 47-11"), ("customer_number", "K4711")]
    records = [record(number, one) for number, one in enumerate(spellings + cards)]
    assert numbers(records, 1) == [[0, 1, 2], [3, 4]]


def test_an_event_that_stands_twice_is_stored_by_one_process():
    """Else either could be first, and the customer of the other would have it."""
    records = [
        record(0, ("email", "anna@example.de"), source="old", source_event_id="1"),
        record(1, ("email", "bert@example.de"), source="old", source_event_id="1"),
        record(2, ("email", "cora@example.de"), source="old", source_event_id="2"),
    ]
    assert numbers(records, 2) == [[0, 1], [2]]


def test_parts_are_about_equal_whatever_cannot_be_read():
    records = [FileRecord(number, b"no json", number) for number in range(10)]
    assert [len(part) for part in split_records(records, part_records=4)] == [4, 3, 3]
    assert split_records([], part_records=4) == []
