"""What a customer is compared by: its own words and the records of sources, each once."""

from service.model.vocabulary import IdentityKind
from service.resolution.matches.stated import CustomerStatements, RecordValue, customer_records

PHONE, EMAIL = (IdentityKind.PHONE, "+491711234567"), (IdentityKind.EMAIL, "anna@example.de")


def values(source: str, **fields: str) -> tuple[RecordValue, ...]:
    return tuple(RecordValue(source, "1", field, value) for field, value in fields.items())


def compared(*, name=None, identities=(), facts=None, values=()):
    statements = CustomerStatements(name=name, identities=identities, facts=facts or {}, values=values)
    return customer_records(statements, "DE")[0]


def test_what_the_service_knows_from_a_record_is_no_second_record():
    record = values("crm", given="Anna", family="Sommer", phone="0171 1234567", birth_date="1984-05-17")
    (only,) = compared(name="Anna Sommer", identities=(PHONE,), values=record)
    assert (only.birth_date, only.phones) == ("19840517", ("491711234567",))


def test_a_number_that_a_channel_learned_belongs_to_the_record_of_the_customer():
    record = values("crm", given="Anna", family="Sommer", email="anna.sommer@example.org")
    (only,) = compared(name="Anna Sommer", identities=(EMAIL, PHONE), values=record)
    assert only.phones == ("491711234567",)
    assert {box.domain for box in only.mailboxes} == {"example.org", "example.de"}


def test_records_of_two_sources_that_say_the_same_are_one():
    anna = {"given": "Anna", "family": "Sommer", "birth_date": "1984-05-17"}
    assert len(compared(values=values("crm", **anna) + values("shop", **anna))) == 1
    assert len(compared(values=values("crm", **anna) + values("shop", **{**anna, "family": "Winter"}))) == 2


def test_what_a_customer_says_itself_stands_beside_what_sources_say():
    record = values("crm", given="Anna", family="Sommer")
    said = {"given-name": "Anna", "family-name": "Herbst", "bday": "1984-05-17"}
    assert [one.family for one in compared(name="Anna Sommer", facts=said, values=record)] == ["sommer", "herbst"]


def test_a_customer_who_says_nothing_is_compared_by_nothing():
    assert customer_records(CustomerStatements(name=None, identities=(), facts={}, values=()), "DE") == ([], [])
