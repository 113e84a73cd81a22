from time import process_time

import pytest

from service.identity.normal.record import normal_record
from service.identity.sources.model import SourceRecordInput, StatedAddress, StatedName

CHARS = 1_000_000
CPU_S = 0.5
"""Linear work takes a thousandth of it."""


PARTS = ["a", "M", "?", "Ã", "¨", "(", '"', "„", "[", ".", "-", "/", "&", ",", "@", "a@", "1", "1 ", "+", "(0)", "u. "]
PARTS += ["c/o ", "z.Hd. ", "0", "h.c.", "Ä", "م", "王", "\u0301", "\x00", "Str. ", "12/", "von ", "&amp;", "geb. "]
PARTS += [" at ", "d. J. ", " a. d. ", "\n", "12 a, ", "=FC", "v.", "GmbH, "]


@pytest.mark.parametrize("part", PARTS)
def test_values_of_a_megabyte_are_read_at_once(part):
    text = (part * CHARS)[:CHARS]
    address = StatedAddress(street_address=text, postal_code=text, address_level2=text, country=text)
    name = StatedName(given=text, family=text, full=text)
    record = SourceRecordInput(name=name, birth_date=text, addresses=(address,), phones=(text,), emails=(text,))
    start = process_time()
    normal_record(record, "DE")
    assert process_time() - start < CPU_S
