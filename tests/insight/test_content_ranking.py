"""Which content a customer needs: a table of needs and contents."""

import pytest

from service.insight.content.model import ContentItem, ContentNeeds
from service.insight.content.ranking import WEIGHTS, ContentIndex
from service.insight.languages import best_language
from service.journey.model import Phase
from service.model.vocabulary import Channel
from tests.fixtures import NOW

RESET = {"title": "Reset the device", "subjects": ("router",), "phases": (Phase.GET_HELP,)}
ROUTER = ContentNeeds(subjects=("My routers blink red",), phase=Phase.GET_HELP, language="de-AT")


def item(name: str = "reset", **fields: object) -> ContentItem:
    return ContentItem(**({"id": name, "updated_at": NOW, "url": "https://example.com/help"} | RESET | fields))


NAMED = [
    ("by a word of the matter", item(), ROUTER, Channel.WEB, {"subject": "router", "phase": "get_help"}),
    ("only with all words of a subject", item(subjects=("router ports",)), ROUTER, None, None),
    ("by a telling word of its title", item(title="Why it blinks", subjects=()), ROUTER, None, {"title": "blinks"}),
    ("not by a word that says nothing", item(title="My other one", subjects=(), phases=()), ROUTER, None, None),
    ("in the customer's language", item(languages=("de",)), ROUTER, None, {"language": "de"}),
    ("in no other language", item(languages=("en", "fr")), ROUTER, None, None),
    ("on this channel", item(channels=(Channel.WEB,)), ROUTER, Channel.WEB, {"channel": "web"}),
    ("on no other channel", item(channels=(Channel.STORE,)), ROUTER, Channel.WEB, None),
    ("whatever the channel, where none is told", item(channels=(Channel.STORE,)), ROUTER, None, {}),
    ("in this phase alone", item(phases=(Phase.BUY,)), ROUTER, None, None),
    ("for another matter, never", item(subjects=("invoice",)), ROUTER, None, None),
    ("for its segment", item(segments=("business",)), ContentNeeds(segments=frozenset({"business"})), None, {}),
    ("for no other segment", item(segments=("business",)), ROUTER, None, None),
    ("where no phase is known", item(subjects=()), ContentNeeds(), None, None),
    ("by its phase without a matter", item(), ContentNeeds(phase=Phase.GET_HELP), None, {"phase": "get_help"}),
    ("not once it did not help", item(), ContentNeeds(subjects=("router",), failed=("Reset the device!",)), None, None),
    (
        "not once its page did not help",
        item(),
        ContentNeeds(subjects=("router",), failed=("sent https://example.com/help",)),
        None,
        None,
    ),
    ("in any spelling", item(subjects=("Störung",)), ContentNeeds(subjects=("STORUNGEN im Netz",)), None, {}),
]


@pytest.mark.parametrize(("content", "needs", "channel", "because"), [row[1:] for row in NAMED], ids=lambda _: "")
def test_content_is_named_for_what_it_has_in_common_with_the_customer(content, needs, channel, because):
    found = ContentIndex([content]).rank(needs, channel)
    if because is None:
        assert found == ()
    else:
        reasons = {one.code: one.value for one in found[0].because}
        assert reasons
        assert because.items() <= reasons.items()


def test_the_best_five_are_named_and_among_equals_titles_decide():
    needs = ContentNeeds(subjects=("router",), phase=Phase.GET_HELP, language="en")
    many = [item(f"n{one}", title=f"Number {one}") for one in range(9)]
    best = item("best", title="Router", languages=("en",))
    assert [one.id for one in ContentIndex([*reversed(many), best]).rank(needs, None)] == [
        "best",
        "n0",
        "n1",
        "n2",
        "n3",
    ]


def test_a_reason_outweighs_all_weaker_ones_together():
    weights = sorted(set(WEIGHTS.values()) - {1})
    assert all(weight > sum(w for w in WEIGHTS.values() if w < weight) for weight in weights)


@pytest.mark.parametrize(
    ("available", "wanted", "default", "chosen"),
    [
        (["en-GB", "en", "de"], "en-GB", "de", "en-GB"),
        (["en", "de"], "en-GB", "de", "en"),
        (["en-US", "de"], "en-GB", "de", "en-US"),
        (["de", "fr"], "en-GB", "de-CH", "de"),
        (["fr", "it"], "en-GB", "de", "fr"),
        (["de", "fr"], None, "fr", "fr"),
        (["DE-at"], "de-AT", "en", "DE-at"),
        ([], "de", "en", None),
    ],
)
def test_a_reader_gets_the_nearest_language(available, wanted, default, chosen):
    assert best_language(available, wanted, default) == chosen
