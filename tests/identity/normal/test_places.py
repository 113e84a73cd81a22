import pytest

from service.identity.normal.addresses import normal_address
from service.identity.normal.mailbox_names import names_of_mailboxes
from service.identity.normal.towns import normal_town
from service.identity.sources.model import StatedAddress

TOWNS = {
    "Frankfurt a. M.": "frankfurt",
    "Frankfurt/Main": "frankfurt",
    "Genève": "genf",
    "Vienna": "wien",
    "81241 München (Laim)": "munchen",
    "Hansestadt Hamburg": "hamburg",
    "Freie und Hansestadt Hamburg": "hamburg",
    "Landeshauptstadt Kiel": "kiel",
    "Brig VS": "brig",
    "Wil SG": "wil",
    "Sbg.": "salzburg",
    "Wr. Neustadt": "wiener neustadt",
    "Mülheim an der Ruhr": "mulheim",
    "Berlin-Mitte": "berlin",
    "Frankfurt (Oder)": "frankfurt oder",
    "Frankfurt/Oder": "frankfurt oder",
    "D-Ulm": "ulm",
    "Saint-Gall": "st gallen",
    "Sankt Gallen": "st gallen",
    "Luxembourg": "luxemburg",
    "k.A.": "",
    "unbekannt": "",
}


@pytest.mark.parametrize(("text", "town"), TOWNS.items())
def test_a_town_has_one_name(text, town):
    assert normal_town(text) == town


STREETS = {
    "Hauptstr. 12a": ("hauptstr", "12a"),
    "Hauptstraße 12 a": ("hauptstr", "12a"),
    "HAUPT-STRASSE 12-14": ("hauptstr", "12"),
    "Hauptstrasse 12/3/4": ("hauptstr", "12"),
    "Hauptstr. 12, Stiege 2, Top 3": ("hauptstr", "12"),
    "Hauptstr. 12, 3. OG": ("hauptstr", "12"),
    "12, rue de Lausanne": ("rudelausanne", "12"),
    "Ta1str. 5": ("talstr", "5"),
    "Leopo1dg. 7": ("leopoldgasse", "7"),
    "Postfach 1234": ("", ""),
    "c/o Huber, Talstr. 5": ("talstr", "5"),
    "Autohaus Huber, Talstr. 5": ("talstr", "5"),
    "Straße des 17. Juni 135": ("strdes17juni", "135"),
    "C 4, 12": ("c4", "12"),
    "Flat 3, 10 High Street": ("highst", "10"),
    "2/17 High Street": ("highst", "17"),
    "7 wallaby place": ("wallabypl", "7"),
    "unbekannt": ("", ""),
}


@pytest.mark.parametrize(("text", "parts"), STREETS.items())
def test_a_street_and_its_house_are_parted(text, parts):
    address = normal_address(StatedAddress(street_address=text, address_level2="Köln"), "DE")
    assert address is not None
    assert (address.street, address.house) == parts


@pytest.mark.parametrize(
    "fields",
    [
        {"postal_code": "80331", "address_level2": "München"},
        {"postal_code": "D-80331", "address_level2": "Munich"},
        {"postal_code": "80331 München"},
        {"address_level2": "80331 München"},
        {"postal_code": "München", "address_level2": "80331"},
        {"street_address": "Talstr. 5, 80331 München"},
        {"street_address": "Talstr. 5\n80331 München"},
        {"street_address": "Talstr. 5 80331 München"},
    ],
)
def test_postal_code_and_town_are_found_in_whichever_field_they_stand(fields):
    address = normal_address(StatedAddress(**fields), "DE")
    assert (address.postal_code, address.town) == ("80331", "munchen")


@pytest.mark.parametrize("code", ["D-01067", "01067", "1067", "DE 01067", "01067.0"])
def test_a_postal_code_is_the_same_with_and_without_its_zero_and_country(code):
    assert normal_address(StatedAddress(postal_code=code), "DE").postal_code == "1067"


@pytest.mark.parametrize(
    ("email", "given", "family", "names"),
    [
        ("anna.muller@example.com", "", "muller", ("anna", "muller")),
        ("elisabeth.schulz@example.com", "", "schullz", ("elisabeth", "schullz")),
        ("anna.muller@example.com", "anna", "", ("anna", "muller")),
        ("kurt.hesse@example.com", "kurf", "hesse", ("kurt", "hesse")),
        ("anna.hesse@example.com", "hanna", "hesse", ("hanna", "hesse")),
        ("info@example.com", "", "muller", ("", "muller")),
        ("blue.sky@example.com", "", "", ("", "")),
    ],
)
def test_a_mailbox_tells_the_name_that_is_missing(email, given, family, names):
    assert names_of_mailboxes((email,), given, family) == names
