"""The packet: what travels with a handoff, and what it says it left behind."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from service.handoff import packet
from service.handoff.model import TranscriptLine
from service.handoff.packet import MAX_FACTS, MAX_LINE_CHARS, MAX_LINES, Packet, build_packet
from service.model.vocabulary import Audience, Direction, InteractionKind, ParticipantRole
from tests.context.records import attempt, condition, context, conversation, customer, fact, interaction
from tests.context.test_partner import promised
from tests.fixtures import NOW

MATTER = conversation(subject="Router", attempts=(attempt("Restarted"),), interactions=3)
OTHER = conversation(subject="Insurance", attempts=(attempt("Asked the broker"),))


def said(text: str, minutes_ago: int = 0, **fields: Any):
    given = {"conversation_id": MATTER.conversation_id, "text": text} | fields
    return interaction(occurred_at=NOW - timedelta(minutes=minutes_ago), **given)


def frozen(*recent: Any, told: tuple[TranscriptLine, ...] = (), **records: Any) -> Packet:
    found = context(**{"conversations": (MATTER, OTHER), "recent": recent} | records)
    return msgspec.json.decode(build_packet(found, MATTER.conversation_id, told), type=Packet)


def line(text: str, minutes_ago: int | None = None, role: str = "customer") -> TranscriptLine:
    at = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    return TranscriptLine(role=ParticipantRole(role), text=text, at=at)


def test_it_holds_the_matter_and_no_other():
    found = frozen(said("It blinks"), said("My car", conversation_id=OTHER.conversation_id))
    assert found.conversation.subject == "Router"
    assert [one.what for one in found.attempts] == ["Restarted"]
    assert [one.text for one in found.transcript] == ["It blinks"]


def test_it_holds_what_was_said_in_every_channel_the_oldest_first():
    newest_first = (
        said("We will see", 1, direction=Direction.OUTBOUND),
        said("I told the bot", 2),
        said("put on record", 3, kind=InteractionKind.SYSTEM),
        said("It blinks", 5),
    )
    found = frozen(*newest_first)
    assert [(one.role, one.text) for one in found.transcript] == [
        ("customer", "It blinks"),
        ("customer", "I told the bot"),
        ("agent", "We will see"),
    ]


def test_what_only_the_giver_heard_is_put_in_its_place_and_what_is_on_record_is_not_doubled():
    found = frozen(said("It blinks", 5), said("Hello", 1), told=(line(" It blinks", 5), line("Since the storm", 3)))
    assert [one.text for one in found.transcript] == ["It blinks", "Since the storm", "Hello"]


def test_lines_without_a_time_come_last():
    found = frozen(said("Hello", 1), told=(line("Bye", None), line("See you", 9)))
    assert [one.text for one in found.transcript] == ["Hello", "Bye", "See you"]


def test_a_giver_whose_clock_is_ahead_dates_no_line_after_the_handoff():
    found = frozen(said("Hello", 1), told=(line("See you", -60 * 24),))
    assert [(one.text, one.at) for one in found.transcript] == [
        ("Hello", NOW - timedelta(minutes=1)),
        ("See you", NOW),
    ]


def test_it_says_what_was_cut():
    told = tuple(line(f"line {number}", 1000 - number) for number in range(MAX_LINES + 5))
    facts = tuple(fact(f"fact-{number:03}", number, NOW - timedelta(days=number)) for number in range(MAX_FACTS + 2))
    found = frozen(said("x" * (MAX_LINE_CHARS + 1)), told=told, facts=facts)
    assert (found.cut.lines, found.cut.facts, found.cut.texts) == (6, 2, 1)
    assert len(found.transcript) == MAX_LINES
    assert len(found.transcript[-1].text) == MAX_LINE_CHARS
    assert set(found.facts) == {f"fact-{number:03}" for number in range(MAX_FACTS)}  # the newest
    assert (found.history.included, found.history.of) == (1, 3)


def test_it_names_the_version_and_the_calls_that_are_promised():
    found = frozen(customers=(customer(version=42),), callbacks=(promised(),))
    assert found.context_version == 42
    assert [one.state for one in found.open_promises] == ["scheduled"]


def test_a_conversation_beyond_the_context_is_handed_over_without_its_history():
    nowhere = build_packet(context(), MATTER.conversation_id)
    found = msgspec.json.decode(nowhere, type=Packet)
    assert (found.conversation, found.attempts, found.history.of) == (None, (), 0)


@pytest.mark.parametrize(
    ("audience", "takes", "name", "told", "titles"),
    [
        (Audience.BOT, False, None, (0, 1), ["For bots"]),
        (Audience.BOT, True, None, (0, 1), ["For bots"]),
        (Audience.STORE, False, "A. B.", (0, 0), []),
        (Audience.STORE, True, "A. B.", (0, 0), []),
        (Audience.PARTNER, False, None, (0, 0), ["For partners"]),
        (Audience.PARTNER, True, None, (1, 1), ["For partners"]),
    ],
)
def test_others_see_their_part_and_the_asked_desk_the_matter(audience, takes, name, told, titles):
    found = context(
        conversations=(replace(MATTER, facts=conversation(facts={"error_code": "E42"}).facts),),
        recent=(said("It blinks"),),
        facts=(fact("error_code", "E42"),),
        conditions=(
            condition(title="For bots", audiences=(Audience.BOT,)),
            condition(title="For partners", audiences=(Audience.PARTNER,)),
        ),
    )
    whole = build_packet(found, MATTER.conversation_id)
    seen = msgspec.json.decode(packet.packet_for_audience(whole, audience, serves=takes))
    assert seen["customer"] == {"id": str(found.customer.id), "name": name, "language": found.customer.language}
    assert (len(seen["transcript"]), len(seen["facts"])) == told
    assert [one["title"] for one in seen["conditions"]] == titles
    assert not any("audiences" in one or "contract" in one for one in seen["conditions"])


@pytest.mark.promise("S25")
def test_a_bot_that_hands_off_reads_in_the_packet_what_was_said_in_the_conversation_alone():
    """S25: a handoff by a claimed address shows no facts of another matter, and no address to the desk that is asked."""
    matter = replace(MATTER, facts=conversation(facts={"error_code": "E42"}).facts)
    facts = (fact("error_code", "E42"), fact("order_number", "A-1"), fact("street-address", "Hauptstr. 1"))
    whole = build_packet(context(conversations=(matter,), facts=facts), MATTER.conversation_id)
    giver = msgspec.json.decode(packet.packet_for_audience(whole, Audience.BOT, serves=False))["facts"]
    asked = msgspec.json.decode(packet.packet_for_audience(whole, Audience.PARTNER, serves=True))["facts"]
    assert (list(giver), list(asked)) == (["error_code"], ["error_code", "order_number", "street-address"])
    assert asked["street-address"] == {"withheld": "assurance"}


def test_a_value_that_was_said_elsewhere_is_not_shown_as_said_here():
    matter = replace(MATTER, facts=conversation(facts={"tel": "+49711111", "error_code": "E42"}).facts)
    newer = (fact("tel", "+49711999"), fact("error_code", "E99"))
    whole = build_packet(context(conversations=(matter,), facts=newer), MATTER.conversation_id)
    bot, partner = (
        msgspec.json.decode(packet.packet_for_audience(whole, audience, serves=True))["facts"]
        for audience in (Audience.BOT, Audience.PARTNER)
    )
    assert (bot["tel"], bot["error_code"]["value"]) == ({"withheld": "assurance"}, "E42")
    assert (partner["tel"]["value"], partner["error_code"]["value"]) == ("+49 ••• 11", "E99")


@pytest.mark.parametrize("serves", [True, False])
def test_a_till_is_told_no_matter(serves):
    """CONTRACT 2: initials, and the conditions of its shop; CONTRACT 2a: store keys get no facts."""
    whole = build_packet(context(conversations=(MATTER,), callbacks=(promised(),)), MATTER.conversation_id)
    seen = msgspec.json.decode(packet.packet_for_audience(whole, Audience.STORE, serves=serves))
    assert (seen["conversation"]["subject"], seen["attempts"], seen["open_promises"]) == (None, [], [])


def test_our_own_desks_see_it_as_it_was_frozen():
    whole = build_packet(context(), MATTER.conversation_id)
    assert packet.packet_for_audience(whole, Audience.CONSOLE, serves=True) is whole
