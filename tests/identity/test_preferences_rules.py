"""What counts of the wishes of customers who proved to be one: the strictest, for as long as it was meant."""

from datetime import timedelta

import msgspec
import pytest

from service.identity.preferences import (
    ChannelWish,
    ContactPreferences,
    ContactPurpose,
    DoNotContact,
    MemberPreferences,
    combine_preferences,
)
from service.model.vocabulary import Channel
from tests.fixtures import NOW

LATER = NOW + timedelta(days=7)
SOON = NOW + timedelta(seconds=1)


def member(preferred: str | None = None, *unwanted: tuple, **wishes: str) -> MemberPreferences:
    """Wishes of one: a preferred channel, (channel, purpose, until) that are unwanted, and a wish per channel."""
    return MemberPreferences(
        preferred_channel=preferred and Channel(preferred),
        channel_wishes={Channel(channel): ChannelWish(wish) for channel, wish in wishes.items()},
        do_not_contact=tuple(
            DoNotContact(channel=Channel(channel), purpose=ContactPurpose(purpose), until=until)
            for channel, purpose, until in unwanted
        ),
    )


@pytest.mark.parametrize(
    ("members", "channels"),
    [
        ([member()], {}),
        ([MemberPreferences()], {}),
        ([member("email", phone="refused")], {"email": "preferred", "phone": "refused"}),
        ([member("email"), member("phone")], {"email": "preferred", "phone": "allowed"}),
        ([member("email"), member(email="refused")], {"email": "refused"}),
        ([member("email"), member("phone", email="refused")], {"email": "refused", "phone": "preferred"}),
        ([member(web="allowed"), member(web="refused")], {"web": "refused"}),
        ([member(web="refused"), member(web="allowed")], {"web": "refused"}),
        ([member(email="allowed"), member("email")], {"email": "preferred"}),
    ],
)
def test_of_each_channel_the_strictest_wish_counts_and_one_is_preferred(members, channels):
    assert combine_preferences(members, NOW).channels == channels


@pytest.mark.parametrize(
    ("members", "unwanted"),
    [
        ([member(None, ("phone", "marketing", None))], [("phone", "marketing", None)]),
        ([member(None, ("phone", "marketing", NOW))], []),
        ([member(None, ("phone", "marketing", SOON))], [("phone", "marketing", SOON)]),
        ([member(None, ("phone", "all", SOON)), member(None, ("phone", "all", LATER))], [("phone", "all", LATER)]),
        ([member(None, ("phone", "all", LATER)), member(None, ("phone", "all", SOON))], [("phone", "all", LATER)]),
        ([member(None, ("phone", "all", None)), member(None, ("phone", "all", LATER))], [("phone", "all", None)]),
        (
            [member(None, ("phone", "survey", None)), member(None, ("email", "survey", None))],
            [("email", "survey", None), ("phone", "survey", None)],
        ),
    ],
)
def test_what_is_unwanted_counts_until_the_latest_end_that_one_of_them_stated(members, unwanted):
    found = combine_preferences(members, NOW).do_not_contact
    assert [(one.channel, one.purpose, one.until) for one in found] == unwanted


REFUSED_CALLS_IN_WORDS = """
    what the customer said      | service | marketing | survey
    nothing                     | -       | -         | -
    phone allowed               | -       | -         | -
    phone refused               | refused | refused   | refused
    no phone for all            | refused | refused   | refused
    no phone for marketing      | -       | refused   | -
    no phone for service        | refused | -         | -
    no email for all            | -       | -         | -
"""


def said(words: str) -> ContactPreferences:
    """Preferences as the table says them."""
    match words.split():
        case ["phone", wish]:
            return combine_preferences([member(phone=wish)], NOW)
        case ["no", channel, "for", purpose]:
            return combine_preferences([member(None, (channel, purpose, None))], NOW)
        case _:
            return ContactPreferences()


def test_a_call_is_refused_for_the_purposes_that_the_customer_named():
    rows = [[cell.strip() for cell in line.split("|")] for line in REFUSED_CALLS_IN_WORDS.strip().splitlines()]
    purposes = [ContactPurpose(one) for one in rows[0][1:]]
    for words, *cells in rows[1:]:
        found = ["refused" if said(words).refuse(Channel.PHONE, one) else "-" for one in purposes]
        assert found == cells, words


def test_a_wish_is_answered_with_its_purpose_and_end_even_if_those_are_the_usual_ones():
    assert msgspec.to_builtins(DoNotContact(channel=Channel.PHONE)) == {
        "channel": "phone", "purpose": "all", "until": None,
    }  # fmt: skip
