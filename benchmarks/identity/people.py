"""Made-up records of made-up people, the same ones every time, as many as a measurement of speed needs.

They are no measure of quality: their errors are few and plain.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import NamedTuple

from benchmarks.identity.files import Row


def _words(text: str) -> list[str]:
    return text.split()


GIVEN = _words(
    "Anna Bernd Clara David Elena Felix Greta Hannes Ida Jonas Karin Lukas Marta Niklas Olga Peter Rosa Simon Tanja "
    "Ulrich Vera Werner Yvonne Adrian Birgit Claudia Dieter Emma Frank Gisela Helmut Ines Jakob Katja Leon Monika "
    "Nora "
    "Oskar Petra Rainer Sabine Thomas Ursula Viktor Wanda Alina Bruno Carla Daniel Eva Florian Gerda Holger Irene Jana "
    "Konrad Lena Martin Nadja Otto Paula Ralf Silke Tobias Ute Volker Walter Amir Beate Cem Dora Emil Fatma Georg "
    "Hanna "
    "Igor Julia Kurt Luisa Michael Nina Oliver Pia Robert Sofia Tim Ulla Valentin Wolfgang Andreas Barbara Christian"
)
_BEGINS = _words(
    "Acker Alten Auen Bach Berg Birn Brand Breit Brunn Buchen Burg Dorn Eber Eich Erlen Falk Feld Fichten Forst Frank "
    "Gold Grün Hag Hart Heid Hirsch Hoch Holz Horn Kalt Kirch Klein Kron Land Lauter Lind Lohr Mark Mohr Mühl Neu Nuss "
    "Ober Ost Pfeil Quell Raben Reh Ried Rosen Roth Sand Schön Seil Silber Sonn Stein Stolz Tal Tann Ufer Vogel Wald "
    "Weid Weiß Wolf Zander Zell"
)
_ENDS = _words(
    "acker auer bacher bauer baum beck berger blum brecht brenner bruck eder egger feld fried garten graf greiner "
    "gruber "
    "haas hammer häuser heim hofer holz huber inger kamp keller kofler lacher lehner leitner maier mann meister moser "
    "müller nagel ner pichler rath reiter richter roth sattler schmid stätter steiner thaler wagner weber wirth"
)
_STREETS = _words(
    "Ahorn Bahnhof Bach Birken Brunnen Dorf Eichen Feld Garten Haupt Kirch Linden Markt Mühl Post Ring Schul Wald"
)
STREETS = [f"{name}{end}" for name in _STREETS for end in ("straße", "weg", "gasse", "platz", "allee")]
TOWNS = [f"{begin}{end}" for begin in _BEGINS for end in ("heim", "hausen", "bach", "ingen", "dorf")]
FAMILIES = ["Müller", "Schmidt", "Weber", "Fischer", "Wagner"] + [f"{one}{end}" for one in _BEGINS for end in _ENDS]
PROVIDERS = ("mail.example", "post.example", "web.example", "office.example")
SOURCES = ("shop", "crm", "hotline", "till")


class MadeRecord(NamedTuple):
    """A record, and the number of its person."""

    row: Row
    person: int


def make_records(persons: int, *, each: int = 1, first: int = 0) -> Iterator[MadeRecord]:
    """Records of so many persons, counted from `first`; every record of a person has errors of its own."""
    for person in range(first, first + persons):
        random = Random(person)  # noqa: S311 (the same ones every time are wanted)
        said = _person(random)
        for number in range(each):
            yield MadeRecord(_record(random, said, f"{person}-{number}"), person)


def make_query(person: int, records: int) -> Row:
    """One more record of this person, of whom so many were made before."""
    return list(make_records(1, each=records + 1, first=person))[-1].row


_GIVEN_WEIGHTS = list(accumulate(1 / (rank + 8) for rank in range(len(GIVEN))))
_FAMILY_WEIGHTS = list(accumulate(1 / (rank + 20) for rank in range(len(FAMILIES))))


def _person(random: Random) -> Row:
    given = random.choices(GIVEN, cum_weights=_GIVEN_WEIGHTS)[0]
    family = random.choices(FAMILIES, cum_weights=_FAMILY_WEIGHTS)[0]
    town = random.randrange(len(TOWNS))
    return {
        "given": given,
        "family": family,
        "birth_date": f"{random.randint(1935, 2007)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "street": random.choice(STREETS),
        "house": str(random.randint(1, 140)),
        "postal_code": f"{10_000 + town * 97 + random.randrange(90)}",
        "city": TOWNS[town],
        "country": "DE",
        "phone": f"+4917{random.choice('0123456789')}{random.randrange(10**6, 10**7)}",
        "email": f"{given}.{family}{random.randrange(10_000)}@{random.choice(PROVIDERS)}".lower(),
    }


def _record(random: Random, said: Row, record_id: str) -> Row:
    """What one source says of a person: some fields are missing, and a few are wrong."""
    row = said | {"record_id": record_id, "source": random.choice(SOURCES), "stated_at": "2026-01-01T00:00:00Z"}
    for fields, share in ((("birth_date",), 0.3), (("phone",), 0.25), (("email",), 0.25), (_ADDRESS, 0.2)):
        if random.random() < share:
            row |= dict.fromkeys(fields, "")
    for field, share in (("given", 0.04), ("family", 0.06), ("street", 0.03), ("email", 0.02)):
        if random.random() < share:
            row[field] = _misspelled(random, row[field])
    return row


_ADDRESS = ("street", "house", "postal_code", "city")


def _misspelled(random: Random, text: str) -> str:
    """Two letters in the wrong order."""
    at = random.randrange(1, max(len(text) - 1, 2))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
