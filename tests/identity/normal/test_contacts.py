import pytest

from service.identity.normal.emails import is_role, read_emails, true_domain
from service.identity.normal.phones import read_phones
from service.identity.normal.record import normal_record
from service.identity.sources.model import SourceRecordInput, StatedAddress, StatedName

ONE_NUMBER = [
    "0171 1234567",
    "0171/123 45 67",
    "(0171) 123-4567",
    "+49 171 1234567",
    "+49 (0)171 1234567",
    "+49(0) 171/1234567",
    "0049 171 1234567",
    "00 49 171 1234567",
    "+049 171 1234567",
    "49 171 1234567",
    "171 1234567",
    "1711234567.0",
    "Tel.: 0171 1234567 (privat)",
    "０１７１ １２３４５６７",
]
SEVERAL = [
    "0171 1234567 / 089 7654321",
    "0171-1234567/089-7654321",
    "Mobil 0171 1234567, Tel. 089 7654321",
    "0171 1234567; 089 7654321",
    "0171 1234567 oder 089 7654321",
    "+49 171 1234567 +49 89 7654321",
    "0171 1234567 089 7654321",
    "m: 0171 1234567 p: 089/7654321 Fax: 089 7654322",
]
NO_NUMBERS = ["", "-", "keine", "0", "0000000", "000000000", "123456789", "0123456789", "9999999", "110", "+49", "n/a"]
NO_NUMBERS += ["0171 0000000", "+49 1234567890", "0987654321", "Fax 089 7654322", "1,71123E+9", "1" * 300]


@pytest.mark.parametrize("text", ONE_NUMBER)
def test_a_telephone_number_is_the_same_in_every_spelling(text):
    (phone,) = read_phones(text, "DE")
    assert (phone.number, phone.is_mobile) == ("491711234567", True)


@pytest.mark.parametrize("text", SEVERAL)
def test_all_numbers_of_a_field_are_read_but_for_telefax(text):
    assert {phone.number for phone in read_phones(text, "DE")} == {"491711234567", "49897654321"}


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_placeholder_is_no_telephone_number(text):
    assert read_phones(text, "DE") == ()


@pytest.mark.parametrize(
    ("text", "region", "number", "is_mobile"),
    [
        ("0664/1234567", "AT", "436641234567", True),
        ("01 5123456", "AT", "4315123456", False),
        ("+43 (0)1 512 34 56-12", "AT", "431512345612", False),
        ("079 123 45 67", "CH", "41791234567", True),
        ("044 668 18 00", "CH", "41446681800", False),
        ("0041 79 123 45 67", "DE", "41791234567", True),
        ("+352 621 123 456", "DE", "352621123456", True),
        ("089 12345 DW 67", "DE", "49891234567", False),
        ("089/12345-67", "DE", "49891234567", False),
    ],
)
def test_a_national_number_belongs_to_its_country(text, region, number, is_mobile):
    (phone,) = read_phones(text, region)
    assert (phone.number, phone.is_mobile) == (number, is_mobile)


@pytest.mark.parametrize(
    "address",
    [
        {"country": "Österreich"},
        {"country": "AT", "postal_code": "1010"},
        {"postal_code": "A-1010"},
        {"postal_code": "1010", "address_level2": "Wien"},
        {"address_level2": "A-8010 Graz"},
    ],
)
def test_the_country_of_a_number_is_that_of_the_address(address):
    record = SourceRecordInput(addresses=(StatedAddress(**address),), phones=("0664 1234567",))
    assert [phone.number for phone in normal_record(record, "DE").phones] == ["436641234567"]


MAILBOXES = {
    "Anna.Mueller@GMX.de": "anna.mueller@gmx.de",
    "mailto:anna.mueller@gmx.de": "anna.mueller@gmx.de",
    "Anna Müller <anna.müller@gmx.de>": "anna.mueller@gmx.de",
    "anna.mueller (at) gmx (punkt) de": "anna.mueller@gmx.de",
    "anna.mueller at gmx.de": "anna.mueller@gmx.de",
    "anna.mueller @ gmx,de": "anna.mueller@gmx.de",
    "anna.mueller@@gmx..de.": "anna.mueller@gmx.de",
    "anna.mueller+shop@gmx.de": "anna.mueller@gmx.de",
    "anna.mueller@gmx": "anna.mueller@gmx.de",
    "anna\u200b.mueller@gmx.de": "anna.mueller@gmx.de",
    "anna.mueller@gmx.de (privat)": "anna.mueller@gmx.de",
    "Anna.Mueller@googlemail.com": "annamueller@gmail.com",
    "a.n.n.a+x@gmail.com": "anna@gmail.com",
    "anna@xn--mller-kva.de": "anna@mueller.de",
}


@pytest.mark.parametrize(("text", "mailbox"), MAILBOXES.items())
def test_a_mailbox_is_the_same_in_every_spelling(text, mailbox):
    assert read_emails(text) == (mailbox,)


@pytest.mark.parametrize(
    "text", ["a@x.de; b@x.de", "a@x.de, b@x.de", "a@x.de b@x.de", "a@x.de/b@x.de", "A@x.de|b@X.de"]
)
def test_all_mailboxes_of_a_field_are_read(text):
    assert read_emails(text) == ("a@x.de", "b@x.de")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmx.dee", "gmx.de"),
        ("gmx.d", "gmx.de"),
        ("web.d", "web.de"),
        ("wbe.de", "web.de"),
        ("hotmial.com", "hotmail.com"),
        ("t-onlin.de", "t-online.de"),
        ("outlok.de", "outlook.de"),
        ("bluewin.hc", "bluewin.ch"),
        ("mail.com", "mail.com"),
        ("email.de", "email.de"),
        ("feb.de", "feb.de"),
        ("gmx.at", "gmx.at"),
        ("example.com", "example.com"),
    ],
)
def test_a_slip_in_a_providers_domain_is_put_right_and_other_domains_stay(typed, meant):
    assert true_domain(typed) == meant


@pytest.mark.parametrize(
    "local", ["info", "office", "kontakt", "buchhaltung", "service", "rechnung", "team", "bestellung"]
)
def test_the_mailbox_of_a_task_is_no_evidence_of_a_person_but_of_an_organisation(local):
    email = f"{local}@huber.example"
    assert is_role(email)
    assert normal_record(SourceRecordInput(name=StatedName(full="Anna Huber"), emails=(email,)), "DE").emails == ()
    assert normal_record(SourceRecordInput(name=StatedName(full="Huber AG"), emails=(email,)), "DE").emails == (email,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "keine",
        "keine@keine.de",
        "noemail@noemail.com",
        "noreply@x.de",
        "unbekannt@x.de",
        "anna",
        "@gmx.de",
        "test@x.de",
    ],
)
def test_a_placeholder_is_no_mailbox(text):
    assert read_emails(text) == ()
