import pytest

from service.identity.normal.names import read_names
from service.identity.sources.model import StatedName


def read(**fields) -> tuple[str, str]:
    name = read_names(StatedName(**fields))
    return name.given, name.family


WHOLE_NAMES = {
    "Hans Müller": ("hans", "muller"),
    "Müller, Hans": ("hans", "muller"),
    "MÜLLER Hans": ("hans", "muller"),
    "Hans MÜLLER": ("hans", "muller"),
    "Müller Hans": ("hans", "muller"),
    "Müller, Frau Dr. Anna": ("anna", "muller"),
    "Anna-Lena Schmidt-Groß": ("anna lena", "schmidt gross"),
    "H.P. Müller": ("h p", "muller"),
    "Müller": ("", "muller"),
    'Hans "Hansi" Müller': ("hans", "muller"),
    "Hans Müller c/o Schmidt": ("hans", "muller"),
    "c/o Schmidt": ("", ""),
    "z.Hd. Frau Anna Huber": ("anna", "huber"),
    "0tto Mül1er": ("otto", "muller"),
    "Niko1aus 5chmidt": ("nikolaus", "schmidt"),
    "Ida Gra8wieser": ("ida", "grasswieser"),
    "Paul 8auer": ("paul", "baur"),
    "Anna c/o Schmidt, Müller": ("anna", "muller"),
    "Eva Müller (Gasthof zum Ochsen)": ("eva", "muller"),
    "Autohaus Schmidt GmbH, Hans Müller": ("hans", "muller"),
    "Hans Müller - Elektro Huber OHG": ("hans", "muller"),
    "TSV Ulm e.V. / Petra Frank": ("petra", "frank"),
    "Anna M.": ("anna", ""),
    "Anna": ("anna", ""),
}
TITLED = {
    "Herr Dr. med. Hans Müller": ("hans", "muller"),
    "Prof. Dr. Dr. h.c. Hans Müller": ("hans", "muller"),
    "Dipl.-Ing. Hans Müller": ("hans", "muller"),
    "Dipl.-Kfm. (FH) Hans Müller": ("hans", "muller"),
    "Mag. Hans Müller": ("hans", "muller"),
    "Hans Müller, MBA": ("hans", "muller"),
    "Hans Müller, M.Sc.": ("hans", "muller"),
    "DDr. Hans Müller": ("hans", "muller"),
    "Frl. Anna Müller": ("anna", "muller"),
    "Ferdinand Graf von Zeppelin": ("ferdinand", "von zeppelin"),
    "RA Hans Müller": ("hans", "muller"),
    "Mag.a Anna Müller": ("anna", "muller"),
    "Prof. em. Dr. Hans Müller": ("hans", "muller"),
    "Hans Müller III": ("hans", "muller"),
}
PARTICLES = {
    "Hans-Peter von der Heide": ("hans peter", "von der heide"),
    "von der Heide, Hans-Peter": ("hans peter", "von der heide"),
    "Anna zu Guttenberg": ("anna", "zu guttenberg"),
    "Vincent van Gogh": ("vincent", "van gogh"),
    "Ali El Amrani": ("ali", "el amrani"),
    "Ali al-Masri": ("ali", "al masri"),
    "Maria de la Cruz": ("maria", "de la cruz"),
    "Sean O'Neill": ("sean", "oneill"),
    "John McDonald": ("john", "mcdonald"),
    "Karl v. Stein": ("karl", "von stein"),
    "Karl v.d. Heide": ("karl", "von der heide"),
    "Hans von und zu Fraunberg": ("hans", "von und zu fraunberg"),
}
PAIRS = {
    "Familie Müller": ("", "muller"),
    "Fam. Hans Müller": ("hans", "muller"),
    "Eheleute Müller": ("", "muller"),
    "Eheleute Hans und Maria Müller": ("hans", "muller"),
    "Hans u. Maria Müller": ("hans", "muller"),
    "Hans & Maria Müller": ("hans", "muller"),
    "Hans/Maria Müller": ("hans", "muller"),
    "Herr und Frau Müller": ("", "muller"),
    "Herr u. Frau Müller": ("", "muller"),
    "Hr. und Fr. Hans Müller": ("hans", "muller"),
    "Hans und Maria": ("hans", ""),
    "Hans Müller und Maria Schmidt": ("hans", "muller"),
}
SCRIPTS = {
    "Δημήτρης Παπαδόπουλος": ("dimitris", "papadopoulos"),
    "Юлия Иванова": ("yuliya", "ivanova"),
    "محمد علي": ("mohammed", "ali"),
    "Ayşe Yılmaz": ("ayse", "yilmaz"),
    "Łukasz Wiśniewski": ("lukasz", "wisniewski"),
    "Jiří Dvořák": ("jiri", "dvorak"),
    "Søren Ødegård": ("soren", "odegard"),
    "Đorđe Petrović": ("dorde", "petrovic"),
}
BROKEN = [
    "Müller",
    "MÜLLER",
    "Mueller",
    "Muller",
    "MÃ¼ller",
    "MÃƒÂ¼ller",
    "M&uuml;ller",
    "Mu¨ller",
    "Mu\u0308ller",
    "M?ller",
]
BROKEN += ["MŸller", "M=FCller", "M\ufffdller", "M\x81ller", "M√ºller", "Müller\x00", " Müller "]


@pytest.mark.parametrize(
    ("text", "names"), [row for table in (WHOLE_NAMES, TITLED, PARTICLES, PAIRS, SCRIPTS) for row in table.items()]
)
def test_a_whole_name_is_parted_into_the_names_of_one_person(text, names):
    assert read(full=text) == names


@pytest.mark.parametrize("text", BROKEN)
def test_a_name_in_a_wrong_encoding_is_still_the_same_name(text):
    assert read(given="Hans", family=text) == ("hans", "muller")


@pytest.mark.parametrize("text", ["Groß", "GROSS", "Gross", "GroB", "Gro?", "Gro\ufffd", "GroÃŸ", "Gro&szlig;"])
def test_a_sharp_s_is_the_same_in_every_spelling(text):
    assert read(family=text) == ("", "gross")


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Hans", "Hans Müller"),
        ("Hans Müller", "Müller"),
        ("Hans Müller", None),
        (None, "Hans Müller"),
        (None, "Müller, Hans"),
        ("Müller, Hans", None),
        ("Müller", "Hans"),
        ("Herr Hans", "Müller"),
        ("Dr. Hans", "Müller"),
        ("Hans und Maria", "Müller"),
        ("Hans", "Müller jun."),
        ("Hans", "Müller (geb. Schulz)"),
        ("Hans", "Müller c/o Schmidt"),
        ("Hans", "Müller, MBA"),
        ("Hans", "Müller II"),
    ],
)
def test_names_are_found_in_whichever_field_they_stand(given, family):
    assert read(given=given, family=family) == ("hans", "muller")


@pytest.mark.parametrize("names", [("Peter", "Martin"), ("Martin", "Peter"), ("Paul", "Paul"), ("Xandi", "Walter")])
def test_names_that_can_be_either_stay_in_their_fields(names):
    given, family = names
    assert read(given=given, family=family) == (given.lower(), family.lower())


@pytest.mark.parametrize(
    "text",
    ["unbekannt", "n/a", "-", "k.A.", "xxx", "Test", "N.N.", "keine Angabe", "???", "Vorname", "null", "Frau", ""],
)
def test_what_fills_an_empty_field_is_no_name(text):
    assert read(given=text, family="Müller") == ("", "muller")


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("Müller geb. Schulz", "schulz"),
        ("Müller, geb. Schulz", "schulz"),
        ("Müller (geb. Groß)", "gross"),
        ("Müller geborene Schulz", "schulz"),
        ("Müller née Dupont", "dupont"),
        ("Müller verw. Schulz", "schulz"),
        ("Schulz verh. Müller", "schulz"),
        ("Müller vorm. Schulz", "schulz"),
    ],
)
def test_an_earlier_family_name_stands_beside_the_present_one(text, former):
    name = read_names(StatedName(given="Anna", family=text))
    assert (name.given, name.family, name.former) == ("anna", "muller", former)


@pytest.mark.parametrize(
    ("text", "generation"),
    [
        ("Müller jun.", "jun"),
        ("Müller Jr.", "jun"),
        ("Müller, jr", "jun"),
        ("Müller junior", "jun"),
        ("Müller d. J.", "jun"),
        ("Müller der Jüngere", "jun"),
        ("Müller sen.", "sen"),
        ("Müller (sen.)", "sen"),
        ("Müller Senior", "sen"),
        ("Müller d.Ä.", "sen"),
        ("Junior", ""),
        ("Senn", ""),
    ],
)
def test_father_and_son_are_told_apart_by_their_marks(text, generation):
    assert read_names(StatedName(given="Hans", family=text)).generation == generation


@pytest.mark.parametrize(
    ("text", "organisation"),
    [
        ("Müller GmbH", "muller"),
        ("Müller Bau G.m.b.H. & Co. KG", "muller bau"),
        ("Mueller AG", "muller"),
        ("Hans Müller e.K.", "hans muller"),
        ("Müller OHG", "muller"),
        ("Müller UG (haftungsbeschränkt)", "muller"),
        ("Turnverein Köln e.V.", "turnverein koln"),
        ("Praxis Dr. Huber", "praxis dr huber"),
        ("Kanzlei Huber & Partner", "kanzlei huber partner"),
        ("Hotel Post", "hotel post"),
        ("Stadt Köln", "stadt koln"),
        ("Boulangerie Dupont Sàrl", "boulangerie dupont"),
        ("Müller OG", "muller"),
        ("Firma Huber", "huber"),
        ("Müller & Söhne", "muller sohne"),
        ("Café Blau Inh. Anna Huber", "cafe blau inh anna huber"),
        ("Hotel Post, Ulm", "hotel post ulm"),
        ("Bau-Huber GmbH, Werk Köln", "bau huber werk koln"),
    ],
)
def test_an_organisation_is_no_person_in_any_name_field(text, organisation):
    for field in ("given", "family", "full"):
        name = read_names(StatedName(**{field: text}))
        assert (name.given, name.family, name.organisation) == ("", "", organisation)


@pytest.mark.parametrize(
    "family", ["Graf", "Bach", "Stadtler", "Bank", "Hotz", "Agner", "Kögel", "Bauer", "Amt", "Herrmann"]
)
def test_a_family_name_that_resembles_a_word_of_organisations_is_a_name(family):
    assert read_names(StatedName(given="Hans", family=family)).organisation == ""


BESIDE_A_FIRM = [
    ("Anna-Maria Schilfhorn", "Kanzlei Ammer & Partner", ("anna maria", "schilfhorn")),
    ("Bäckerei Zenner e.K.", "Thomas Schellkopf", ("thomas", "schellkopf")),
    ("Müller, Hans", "Elektro Huber OHG", ("hans", "muller")),
    ("E. Huber", "Praxis Dr. Torf", ("e", "huber")),
    ("Leoni", "Eheenreich (Autohaus Gruber KG)", ("leoni", "eheenreich")),
    ("Finn", "Müller, Autohaus Schmidt GmbH", ("finn", "muller")),
    ("", "Autohaus Schmidt GmbH | Hans Müller", ("hans", "muller")),
]


@pytest.mark.parametrize(("given", "family", "names"), BESIDE_A_FIRM)
def test_a_person_beside_the_name_of_a_firm_is_a_person(given, family, names):
    assert read(given=given, family=family) == names


@pytest.mark.parametrize(("given", "family"), [("Firma", "Elektro Huber OHG"), ("", "Autohaus Peter Gruber KG")])
def test_a_person_in_the_name_of_a_firm_is_a_firm(given, family):
    assert read_names(StatedName(given=given, family=family)).organisation


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("Alexander Michel sr.", ("alexander", "michel")),
        ("Christina Ziegler", ("christina", "ziegler")),
        ("Anna Maria", ("anna maria", "")),
        ("Xandi", ("xandi", "")),
    ],
)
def test_both_names_in_the_field_of_given_names_are_parted(given, names):
    assert read(given=given) == names


def test_a_particle_at_the_end_of_the_given_names_begins_the_family_name():
    assert read(given="Anna von", family="Müller") == ("anna", "von muller")
