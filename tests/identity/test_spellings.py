"""Spellings of an identity: those that mean one customer are one value, those that mean two are two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.errors import InvalidInput
from service.identity.canonical import canonical_value, dialable_number
from service.model.vocabulary import IdentityKind

EMAIL, PHONE, CUSTOMER, CARD = (
    IdentityKind.EMAIL,
    IdentityKind.PHONE,
    IdentityKind.CUSTOMER_NUMBER,
    IdentityKind.LOYALTY_CARD,
)
USERNAME, SOCIAL, EXTERNAL, DEVICE = (
    IdentityKind.USERNAME,
    IdentityKind.SOCIAL,
    IdentityKind.EXTERNAL,
    IdentityKind.DEVICE,
)


def spelled(kind: IdentityKind, *values: str, region: str = "DE") -> set[str]:
    return {canonical_value(kind, value, region) for value in values}


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        (EMAIL, ("info@groß.de", "info@xn--gro-7ka.de", "INFO@XN--GRO-7KA.DE", "Info@GROẞ.de", "mailto:info@groß.de")),
        (
            EMAIL,
            ("anna@müller.de", "anna@mu\u0308ller.de", "ANNA@MÜLLER.DE", "anna@xn--mller-kva.de", "anna@müller。de"),
        ),
        (EMAIL, ("jürgen@example.de", "ju\u0308rgen@example.de", "JÜRGEN@EXAMPLE.DE")),
        (EMAIL, ("anna@example.de", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｄｅ", " \u200eanna@example.de\u200e ")),
        (CUSTOMER, ("1-23", "1–23", "1—23", "1‑23", "1−23", "１－２３", " 1 - 23 ", "1\u00a0–\u00a023", "١-٢٣")),
        (CUSTOMER, ("K-4711", "k 4711", "K4711", "K–4711", "ｋ４７１１", "k.4711", "-K4711-", "K\u00ad4711")),
        (CARD, ("1.1.11", "１．１．１１", "1 .1 .11")),
        (CARD, ("4006 3813 3393 1", "4006381333931", "４００６３８１３３３９３１")),
        (CARD, ("payback:3083 4211", "PAYBACK:30834211")),
        (USERNAME, ("Anna-B", "anna–b", "@ANNA-B", "ａｎｎａ-ｂ")),
        (USERNAME, ("müller", "MU\u0308LLER")),
        (SOCIAL, ("x:@Anna", "Twitter:anna", "X:ANNA")),
        (EXTERNAL, ("crm:Zoë", "crm:Zoe\u0308", " crm:Zoë ")),
    ],
)
def test_spellings_of_one_identity_are_one_value(kind, spellings):
    assert len(spelled(kind, *spellings)) == 1


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (EMAIL, ("info@groß.de", "info@gross.de")),
        (EMAIL, ("a@faß.xn--vermgensberatung-pwb", "a@fass.xn--vermgensberatung-pwb")),
        (EMAIL, ("info@βόλος.com", "info@βόλοσ.com")),
        (EMAIL, ("strauß@example.de", "strauss@example.de")),
        (EMAIL, ("ıpek@example.com", "ipek@example.com", "İpek@example.com")),
        (EMAIL, ("maſter@example.de", "master@example.de")),
        (EMAIL, ("anna.b@example.de", "annab@example.de", "anna+b@example.de")),
        (CUSTOMER, ("1-23", "12-3", "123", "1.23", "1/23")),
        (CUSTOMER, ("A-1B-2", "A1-B2", "1-A2", "1A-2")),
        (CUSTOMER, ("STRAẞE1", "STRASSE1")),
        (CUSTOMER, ("ı1", "i1", "İ1")),
        (CUSTOMER, ("1²", "12")),
        (CARD, ("1.1.11", "11.1.1", "1.11.1", "1111")),
        (USERNAME, ("strauß", "strauss")),
        (USERNAME, ("ıpek", "ipek", "İpek")),
        (USERNAME, ("anna-b", "annab", "anna_b")),
        (SOCIAL, ("x:weiß", "x:weiss")),
        (EXTERNAL, ("crm:a", "crm:A", "crm:ａ", "crm:a²", "crm:a2")),
        (EXTERNAL, ("crm:1-23", "crm:1–23")),
        (DEVICE, ("ﬁ", "fi", "FI")),
    ],
)
def test_identities_that_differ_stay_apart(kind, values):
    assert len(spelled(kind, *values)) == len(values)


@pytest.mark.parametrize(
    ("stated", "canonical"),
    [
        ("ABC..def.@docomo.ne.jp", '"abc..def."@docomo.ne.jp'),  # given by docomo until 2009; RFC 5321 4.1.2 quotes it
        ('"abc..def."@docomo.ne.jp', '"abc..def."@docomo.ne.jp'),
        (".anna@example.com", '".anna"@example.com'),
        ('"anna mayer"@example.com', '"anna mayer"@example.com'),
        ('"anna"@example.com', "anna@example.com"),
        ("anna@My_Host.example.com", "anna@my_host.example.com"),  # RFC 2181 11: the DNS takes any octet
        ("a..b@my_host.example.com", '"a..b"@my_host.example.com'),
    ],
)
def test_an_address_that_mail_comes_from_is_an_identity_however_odd_it_is(stated, canonical):
    assert canonical_value(EMAIL, stated, "DE") == canonical


@pytest.mark.parametrize("address", ["...@example.com", "@example.com", "a b@example.com", "a@x_.y_z.de_"])
def test_what_no_mailbox_can_be_called_is_refused(address):
    with pytest.raises(InvalidInput):
        canonical_value(EMAIL, address, "DE")


@pytest.mark.parametrize(
    "address",
    [
        "a@ex–b.de",
        "a@☃.de",
        "a@xn--n3h.de",
        "a@xn--a.de",
        "a@xn--zzzzzz.de",
        "a@ex_b.de",
        "a@-x.de",
        "a@localhost",
        "a@x..de",
    ],
)
def test_an_address_with_a_domain_that_cannot_exist_is_refused_with_the_reason(address):
    with pytest.raises(InvalidInput, match=r"This is no e-mail address\. \w+"):
        canonical_value(EMAIL, address, "DE")


@pytest.mark.parametrize(
    "spelling",
    [
        "+49 711 1234-0 ext 12",
        "+49 711 1234-0 ext. 12",
        "+49 711 1234-0 extension 12",
        "+49 711 1234-0x12",
        "+49 711 1234-0 ｘ１２",
        "+49 711 1234-0*12",
        "+49 711 1234-0 * 12#",
        "+49 711 1234-0p12",
        "+49 711 1234-0 P 12",
        "+497111234-0,,12#",
        "+49 711 1234-0;12",
        "+49 711 1234-0w12",
        "+49 711 1234-0 #12",
        "0711/1234-0 DW 12",
        "0711 1234 0 Durchwahl 12",
        "tel:+49-711-1234-0;ext=12",
        "tel:1234-0;ext=12;phone-context=+49711",
        "tel:+4971112340;isub=7;ext=12",
        "sip:+4971112340;ext=12@pbx.example.com;user=phone",
        "+4971112340;ext=12",
    ],
)
def test_an_extension_is_part_of_who_is_called_however_it_is_written(spelling):
    assert canonical_value(PHONE, spelling, "DE") == "+4971112340;ext=12"


def test_a_company_its_extensions_and_its_direct_lines_are_different():
    numbers = (
        "+49 711 1234-0",
        "+49 711 1234-0 ext 12",
        "+49 711 1234-0 ext 13",
        "+49 711 1234-0 ext 012",
        "+49 711 1234-12",
    )
    assert len(spelled(PHONE, *numbers)) == len(numbers)


ONE_LINE = [
    # Mexico, 2019: https://github.com/google/libphonenumber, migrator/src/data/recipes.csv
    (
        "MX",
        "+525512345678",
        (
            "+52 55 1234 5678",
            "+52 1 55 1234 5678",
            "+5215512345678",
            "044 55 1234 5678",
            "045 55 1234 5678",
            "01 55 1234 5678",
            "55 1234 5678",
        ),
    ),
    # Argentina: https://en.wikipedia.org/wiki/Telephone_numbers_in_Argentina
    (
        "AR",
        "+5491123456789",
        (
            "+54 11 2345 6789",
            "+54 9 11 2345 6789",
            "011 15 2345-6789",
            "11 15 2345 6789",
            "+54 11 15 2345 6789",
            "11 2345-6789",
        ),
    ),
    ("AR", "+5493512345678", ("+54 351 234 5678", "+54 9 351 234 5678", "0351 15 234 5678")),
    ("AR", "+5492966123456", ("+54 2966 12 3456", "+54 9 2966 12 3456", "02966 15 12 3456")),
    # Brazil, 2012 to 2016: migrator/src/data/recipes.csv
    ("BR", "+5511987654321", ("+55 11 8765 4321", "+55 11 98765 4321", "(11) 8765-4321", "0 15 11 98765 4321")),
    ("BR", "+5598961234567", ("+55 98 6123 4567", "+55 98 96123 4567")),
    # Côte d'Ivoire, 31 January 2021: the regulator's notice, as printed in
    # https://newsgeek.ci/2020/07/28/telephonie-la-cote-divoire-bascule-a-10-chiffres-a-partir-du-31-janvier-2021
    ("CI", "+2250707123456", ("+225 07 12 34 56", "+225 07 07 12 34 56", "07 12 34 56", "0022507123456")),
    ("CI", "+2250504123456", ("+225 04 12 34 56", "+225 05 04 12 34 56")),
    ("CI", "+2250101123456", ("+225 01 12 34 56", "+225 01 01 12 34 56")),
    ("CI", "+2250748123456", ("+225 48 12 34 56", "+225 07 48 12 34 56")),
    ("CI", "+2252720212345", ("+225 20 21 23 45", "+225 27 20 21 23 45")),
    ("CI", "+2252520012345", ("+225 20 01 23 45", "+225 25 20 01 23 45")),
    ("CI", "+2252120812345", ("+225 20 81 23 45", "+225 21 20 81 23 45")),
    # Benin, 30 November 2024: https://fr.allafrica.com/stories/202411300249.html
    ("BJ", "+2290197123456", ("+229 97 12 34 56", "+229 01 97 12 34 56", "97123456")),
    ("BJ", "+2290121301234", ("+229 21 30 12 34", "+229 01 21 30 12 34")),
    # Colombia, 1 September 2021: https://radionacional.co/actualidad/como-marcar-de-celular-a-fijo-en-colombia
    ("CO", "+576012281260", ("+57 1 228 1260", "+57 601 228 1260")),
    # Vietnam, 2018: migrator/src/data/recipes.csv
    ("VN", "+84323456789", ("+84 162 345 6789", "+84 32 345 6789", "0162 345 6789")),
    ("VN", "+84793456789", ("+84 121 345 6789", "+84 79 345 6789")),
    ("VN", "+84593456789", ("+84 199 345 6789", "+84 59 345 6789")),
    # Cameroon, 21 November 2014: https://afrik.com/cameroun-numerotation-a-huit-chiffres-bientot-une-histoire-ancienne
    ("CM", "+237677123456", ("+237 77 12 34 56", "+237 6 77 12 34 56")),
    ("CM", "+237222123456", ("+237 22 12 34 56", "+237 2 22 12 34 56")),
    # Saudi Arabia: migrator/src/data/recipes.csv
    ("SA", "+966112345678", ("+966 1 234 5678", "+966 11 234 5678")),
]


@pytest.mark.parametrize(("region", "line", "spellings"), ONE_LINE)
def test_old_and_new_numbers_of_a_line_are_one(region, line, spellings):
    assert spelled(PHONE, line, *spellings, region=region) == {line}
    international = [spelling for spelling in spellings if spelling.startswith("+")]
    assert spelled(PHONE, *international, region="DE") == {line}


@pytest.mark.parametrize(
    "number",
    [
        "+551137654321",
        "+573001234567",
        "+84243123456",
        "+541123456789;ext=1",
        "+548001234567",
        "+525512345678",
    ],
)
def test_numbers_that_kept_their_form_are_rewritten_to_no_other(number):
    try:
        value = canonical_value(PHONE, number, "DE")
    except InvalidInput:
        return
    assert value in (number, number.replace("+5411", "+54911"))


@pytest.mark.parametrize(
    ("stated", "dialled"),
    [
        ("+54 11 2345 6789", "+541123456789"),
        ("+54 9 11 2345 6789", "+5491123456789"),
        ("+52 1 55 1234 5678", "+525512345678"),
    ],
)
def test_what_is_dialled_is_the_number_as_the_caller_gave_it_in_the_plan_of_today(stated, dialled):
    assert dialable_number(stated, "DE") == dialled


@pytest.mark.parametrize(
    "number",
    [
        *("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"),
        *("+1266696687", "+17378742833", "+12562533", "+18656696", "+186282452253"),
        *("266696687", "7378742833", "86282452253", "17378742833"),
        *(
            "anonymous",
            "Anonymous",
            "ANONYMOUS",
            "UNAVAILABLE",
            "Restricted",
            "private",
            "Unknown",
            "withheld",
            "blocked",
        ),
        *("sip:anonymous@anonymous.invalid", "SIP:Anonymous@Anonymous.Invalid", "tel:anonymous", "+anonymous"),
        *("", " ", "+", "0", "0000000000", "+00000000000", "<unknown>"),
    ],
)
def test_a_withheld_number_is_nobody(number):
    with pytest.raises(InvalidInput):
        canonical_value(PHONE, number, "DE")


@pytest.mark.parametrize(
    ("number", "region"),
    [
        *(("112", "DE"), ("22833", "DE"), ("+4922833", "DE"), ("116117", "DE"), ("+49116117", "DE"), ("**612", "DE")),
        *(("911", "US"), ("4711", "US"), ("262966", "US"), ("2530000", "US"), ("+12530000", "US")),
        ("sip:1234@pbx.example.com", "DE"),
    ],
)
def test_a_dial_code_an_extension_and_a_number_without_its_town_are_no_identity(number, region):
    with pytest.raises(InvalidInput):
        canonical_value(PHONE, number, region)


@pytest.mark.parametrize(
    ("digits", "region", "number"),
    [
        ("01711234567", "DE", "+491711234567"),
        ("1711234567", "DE", "+491711234567"),
        ("491711234567", "DE", "+491711234567"),
        ("00491711234567", "DE", "+491711234567"),
        ("0049 (0)171 1234567", "DE", "+491711234567"),
        ("2025550123", "US", "+12025550123"),
        ("12025550123", "US", "+12025550123"),
        ("33612345678", "FR", "+33612345678"),
        ("612345678", "ES", "+34612345678"),
        ("２０２ ５５５ ０１２３", "US", "+12025550123"),
    ],
)
def test_digits_alone_are_a_number_of_the_region(digits, region, number):
    assert canonical_value(PHONE, digits, region) == number


@pytest.mark.parametrize(
    ("digits", "region"),
    [
        ("12025550123", "DE"),
        ("1 (202) 555-0123", "DE"),
        ("491711234567", "US"),
        ("491711234567", "FR"),
        ("34612345678", "FR"),
        ("2530000", "US"),
    ],
)
def test_digits_alone_that_are_no_number_of_the_region_are_refused_with_what_to_write(digits, region):
    with pytest.raises(InvalidInput, match=r"with \+ and its country code"):
        canonical_value(PHONE, digits, region)


@settings(max_examples=300)
@given(some.sampled_from(sorted(IdentityKind)), some.text(min_size=1, max_size=20))
def test_a_canonical_value_is_its_own_spelling(kind, text):
    try:
        value = canonical_value(kind, text, "DE")
    except InvalidInput:
        return
    assert canonical_value(kind, value, "DE") == value


@given(some.from_regex(r"[1-9][0-9]{0,3}([-./][0-9]{1,4}){1,3}", fullmatch=True), some.data())
def test_a_moved_separator_makes_another_number(number, data):
    digits = [character for character in number if character.isdigit()]
    sizes = [len(part) for part in number.replace(".", "-").replace("/", "-").split("-")]
    moved = data.draw(some.permutations(sizes))
    parts = iter(digits)
    other = "-".join("".join(next(parts) for _ in range(size)) for size in moved)
    same = other == number.replace(".", "-").replace("/", "-")
    assert (len(spelled(CUSTOMER, other, number.replace(".", "-").replace("/", "-"))) == 1) is same
