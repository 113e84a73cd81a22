"""A promise at the till: a name is found in any script and spelling, and another person's name is not."""

import pytest

from service.conditions import candidates
from service.conditions.model import Scope
from service.model.names import name_key
from tests.fixtures import KEY_ID, NOW

FOUND = {
    "Mia Öztürk": ("mia oeztuerk", "Mia Ozturk", "MIA ÖZTÜRK", "Mia O\u0308ztu\u0308rk", "Bayan Öztürk", "Öztürk, Mia"),
    "Mustermann": ("Frau Mustermann", "Herr Dr. Mustermann", "Erika Mustermann", "mustermann", "Familie Mustermann"),
    "Maximiliane Mustermann": (
        "Frau Mustermann",
        "Mustermann, Maximiliane",
        "M. Mustermann",
        "Mustermann, Prof. Dr. M.",
    ),
    "Frau Prof. Dr. Jana Groß": ("Jana Gross", "jana groß", "GROẞ, JANA", "Dr. Groß"),
    "Søren Kjærgård": ("Soren Kjaergard", "Soeren Kjaergaard", "Søren Kjærgaard", "fru Kjærgård"),
    "Åse Bjørnson": ("Aase Bjoernson", "Ase Bjornson", "A\u030ase Bjørnson"),
    "Sinéad Murphy": ("Sinead Murphy, PhD", "Mr and Mrs Murphy", "Herr und Frau Murphy", "Firma Murphy"),
    "Łukasz Wójcik": ("Lukasz Wojcik", "Pan Wójcik", "LUKASZ WÓJCIK"),
    "Işıl Çağlar": ("Isil Caglar", "IŞIL ÇAĞLAR", "Sayın Işıl Çağlar", "Işıl Çağlar Hanım"),
    "İbrahim Şahin": ("ibrahim sahin", "IBRAHIM SAHIN", "Bay Şahin", "ıbrahım şahin"),
    "Nguyễn Thị Ánh": ("Nguyen Thi Anh", "nguyễn thị ánh", "NGUYÊ\u0303N THI\u0323 A\u0301NH", "Ánh Nguyễn"),
    "Đặng Văn Lâm": ("Dang Van Lam", "Lam Dang Van"),
    "Ursula von der Leyen": (
        "von der Leyen",
        "Frau Leyen",
        "Leyen, Ursula von der",
        "ursula vonderleyen",
        "Ursula Leyen",
    ),
    "Jan van den Berg": ("van der Berg", "J. van den Berg", "De heer van den Berg", "Jan Berg"),
    "Juan de la Cruz García": (
        "Señor García",
        "Juan Cruz",
        "señor Juan de la Cruz",
        "El señor de la Cruz",
        "Juan García",
    ),
    "Omar al-Khatib": ("Omar Khatib", "Al Khatib", "omar alkhatib", "Mr. Khatib"),
    "Anna-Lena Müller-Lüdenscheidt": (
        "Annalena Müllerlüdenscheidt",
        "Anna Müller",
        "anna lena mueller luedenscheidt",
        "Frau Müller-Lüdenscheidt",
        "Anna‐Lena Müller–Lüdenscheidt",
        "A.-L. Müller-Lüdenscheidt",
    ),
    "Anna Magdalena Müller": ("Anna Müller", "Anna M. Müller"),
    "Anna Müller": (
        "Anna Magdalena Müller",
        "A. Müller",
        "Anna Müler",
        "Anan Müller",
        "Ａｎｎａ　Ｍüｌｌｅｒ",
        "Anna\u00a0Mül\u00adler",
    ),
    "A. Müller": ("Anna Müller", "Frau Müller"),
    "Patrick O’Brien": (
        "Patrick O'Brien",
        "patrick obrien",
        "Mr O`Brien",
        "Patrick O Brien",
        "Patrick O＇Brien",
        "P. O´Brien",
    ),
    "Chloë d'Arc": ("Mme d’Arc", "Chloe d Arc", "Mademoiselle Chloé D'Arc"),
    "Li Na": ("li na", "Na, Li"),
    "Дмитрий Соловьёв": (
        "Дмитрий Соловьёв",
        "ДМИТРИЙ СОЛОВЬЕВ",
        "Соловьёв, Дмитрий",
        "Господин Соловьёв",
        "г-н Соловьёв",
        "Dmitry Solovev",
    ),
    "Олена Ґалаґан": ("Олена Ґалаґан", "Пані Галаган", "Olena Galagan"),
    "Νίκος Παπαδόπουλος": ("Νίκος Παπαδόπουλος", "ΝΙΚΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ", "κύριος Παπαδόπουλος", "Nikos Papadopoulos"),
    "محمد الخطيب": ("محمد الخطيب", "مُحَمَّد الخَطِيب", "السيد الخطيب", "محمد خطيب", "مـحـمد الخطيب"),
    "أحمد عبد الله": ("احمد عبدالله", "أحمد عبد الله"),
    "علی کریمی": ("علي كريمي", "علی کریمی"),
    "שָׂרָה כֹּהֵן": ("שרה כהן", "גברת כהן", "שרה־כהן"),
    "יוסי ג׳ורג׳": ("יוסי ג'ורג'", "יוסי ג׳ורג׳"),
    "สมชาย ใจดี": ("สมชาย ใจดี", "นายสมชาย ใจดี", "คุณ สมชาย ใจดี", "คุณใจดี"),
    "김민수": ("김민수", "김 민수", "김민수 씨", "김민수님", "김민수".encode().decode()),
    "이서": ("이서", "이 서"),
    "李小龍": ("李小龍", "李小龙", "李 小龍", "李小龙先生"),
    "李娜": ("李娜", "李娜女士", "李，娜"),
    "山田 さくら": ("山田 さくら", "山田さくら", "山田さくら様", "山田 さくら さん"),
    "佐々木健": ("佐々木健", "佐々木 健"),
    "ヤマダ タロウ": ("ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
    "राम शर्मा": ("राम शर्मा", "श्री राम शर्मा"),
    "ნინო ბერიძე": ("ნინო ბერიძე", "ნინო, ბერიძე"),
    "Անի Պետրոսյան": ("Անի Պետրոսյան", "ԱՆԻ ՊԵՏՐՈՍՅԱՆ"),
    "தமிழ் செல்வன்": ("தமிழ் செல்வன்",),
    "ሰላም ተስፋዬ": ("ሰላም ተስፋዬ",),
}
NOT_FOUND = {
    "Mia Öztürk": ("Mia", "Lia Öztürk", "Mia Öztekin", "Mia", "M", "M. Ö.", "Ö", "Frau", "Ali Öztürk"),
    "Anna Müller": (
        "Anna",
        "Anna Miller",
        "Anna Möller",
        "Anne Müller",
        "Peter Müller",
        "B. Müller",
        "A. M.",
        "Anna Schmidt",
    ),
    "Eva Lüdenscheidt": ("Ida Lüdenscheidt", "Eva Leverkusen", "Eva", "Eav Lüdenscheidt"),
    "Ursula von der Leyen": ("von der", "Anna von der Leyen", "Ursula von der Heide", "von"),
    "Jan van den Berg": ("Jan van den Heuvel", "Piet van den Berg"),
    "Nguyễn Văn An": ("Nguyễn Văn Bình", "Lê Văn An"),
    "Patrick O’Brien": ("Patrick O’Neill", "Sean O’Brien"),
    "Дмитрий Иванов": ("Дмитрий Сидоров", "Сергей Иванов", "Дмитрий"),
    "Νίκος Παπαδόπουλος": ("Νίκος Παπαδάκης", "Μαρία Παπαδοπούλου"),
    "محمد الخطيب": ("محمود الحداد", "علي الخطيب", "محمد", "م"),
    "محمد علي": ("محمود علي", "أحمد علي"),
    "שרה כהן": ("דוד כהן", "שרה לוי"),
    "สมชาย ใจดี": ("สมหญิง ใจดี", "สมชาย ใจร้าย", "สมชาย"),
    "김민수": ("김민지", "김수민", "박민수", "김민", "민수", "김", "김민서"),
    "李小龍": ("李大龍", "李小明", "王小龍", "李", "李小", "小龍", "龍小李"),
    "李娜": ("李", "娜", "李丽", "王娜", "娜李"),
    "山田 さくら": ("山田 はなこ", "山本 さくら"),
    "राम शर्मा": ("रमा शर्मा", "राम वर्मा"),
}
ROWS = [
    (stored, said, found)
    for table, found in ((FOUND, True), (NOT_FOUND, False))
    for stored, spellings in table.items()
    for said in spellings
]


@pytest.fixture
async def search(database, new_customer, grant):
    """A function that gives how many candidates a name said in a shop has, which the customers of these names know."""

    async def hints(store, said, *names):
        for name in names:
            customer_id = await new_customer(name, facts={"postal-code": "70173"})
            await grant(customer_id, scope=Scope(stores=(store,)))
        async with database.connection() as connection:
            found = await candidates.propose_candidates(connection, said, store=store, key_id=KEY_ID, now=NOW)
        return [one.hint for one in found.candidates]

    return hints


async def test_names_are_found_in_any_script_and_spelling_and_other_names_are_not(search):
    shops = {stored: f"shop {number}" for number, stored in enumerate(dict.fromkeys(row[0] for row in ROWS))}
    for stored, shop in shops.items():
        await search(shop, "", stored)
    wrong = [row for row in ROWS if len(await search(shops[row[0]], row[1])) != row[2]]
    assert wrong == []


async def test_who_has_exactly_the_name_comes_before_those_of_like_names(search):
    alike = ("Mia Maria Öztürk", "Mia Oeztuerk-Kaya", "M. Öztürk", "Mia Özturke", "Miah Öztürk")
    first, *others = await search("DE-042", "Mia Öztürk", *alike, "Xaver Unbekannt", "Mia Öztürk")
    assert first.startswith("M. Ö.,")
    assert len(others) == 4


async def test_who_spells_the_name_as_it_was_said_comes_before_those_who_spell_it_otherwise(
    search, new_customer, grant
):
    others = ["Mia Oztürk"] * 4 + ["Mia Oeztuerk"] * 3
    exact = await new_customer("Mia Öztürk", language="tr", facts={"postal-code": "70173"})
    await grant(exact)
    assert (await search("DE-042", "mia öztürk", *others))[0] == "M. Ö., customer since 2019, tr"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("李小龍", "李., customer since 2019, de"),
        ("김민수", "김., customer since 2019, de"),
        ("เสาวนีย์ นิติธรรม", "ส. น., customer since 2019, de"),
        ("محمد الخطيب", "م. ا., customer since 2019, de"),
        ("नीता शर्मा", "न. श., customer since 2019, de"),
    ],
)
async def test_a_hint_in_any_script_tells_initials_and_nothing_more(search, name, hint):
    assert await search("DE-042", name, name) == [hint]


def test_every_key_is_ascii_so_that_it_is_found_whatever_the_locale_of_the_database():
    assert [said for _, said, _ in ROWS if not name_key(said).isascii() or not name_key(said)] == []
