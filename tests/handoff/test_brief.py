"""The brief: thirty seconds of reading, in German and English."""

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from service.context.guidance.model import ActionReason, NextAction
from service.context.guidance.texts import AdvisedContent, ShownNotice
from service.handoff.briefs import text as brief_text
from service.handoff.briefs.brief import WITHHELD, callback_brief, handoff_brief
from service.handoff.briefs.model import Brief
from service.handoff.briefs.words import ENGLISH, GERMAN, WORDS, choose_language, mood_key
from service.handoff.caller import Caller
from service.model.vocabulary import Audience, Role
from tests.context.records import (
    BERLIN,
    attempt,
    condition,
    context,
    conversation,
    customer,
    days_ago,
    fact,
    interaction,
    json,
)
from tests.context.test_partner import promised
from tests.fixtures import KEY_ID, NOW
from tests.handoff import examples

MATTER = conversation(
    subject="Router",
    facts={"error_code": "E42"},
    attempts=(attempt("Restarted", "failed"), attempt("New cable", "worked"), attempt("Firmware", "pending")),
)
AGENT = Caller(key_id=KEY_ID, role=Role.CONSOLE, name="console", queue=None, now=NOW)
PARTNER = Caller(key_id=KEY_ID, role=Role.PARTNER, name="Fixit", queue="support", now=NOW)

ENGLISH_TEXT = """\
Anna *Bauer*: Router

Who:
  Anna *Bauer*, identity claimed, not proven, speaks de, customer since 17 Oct 2025, vip

What:
  Router
  Restart did not help
  Angry about the storm
  open since 21 Nov 2026 10:30, via chatbot
  Last words: It blinks red

Tried:
  ✗ Restarted (failed, a bot, chatbot, 21 Nov 2026 10:30)
  … Firmware (still running, a bot, chatbot, 21 Nov 2026 10:30)
  ✓ New cable (worked, a bot, chatbot, 21 Nov 2026 10:30)

Known, do not ask:
  error_code: E42
  plan: {"speed":100}

Promised:
  Call between 21 Nov 2026 10:30 and 21 Nov 2026 11:30

Conditions:
  Ambassador: 20 %

Mood:
  angry
"""
GERMAN_TEXT = """\
Anna *Bauer*: Router

Wer:
  Anna *Bauer*, Identität behauptet, nicht belegt, spricht de, Kunde seit 17.10.2025, vip

Worum es geht:
  Router
  Restart did not help
  Angry about the storm
  offen seit 21.11.2026 10:30, über Chatbot
  Letzte Worte: It blinks red

Versucht:
  ✗ Restarted (hat nicht geholfen, von einem Bot, Chatbot, 21.11.2026 10:30)
  … Firmware (läuft noch, von einem Bot, Chatbot, 21.11.2026 10:30)
  ✓ New cable (hat geholfen, von einem Bot, Chatbot, 21.11.2026 10:30)

Bekannt, nicht fragen:
  error_code: E42
  plan: {"speed":100}

Versprochen:
  Anruf zwischen 21.11.2026 10:30 und 21.11.2026 11:30

Konditionen:
  Ambassador: 20 %

Stimmung:
  verärgert
"""


def brief(caller: Caller = AGENT, **records: Any) -> Brief:
    given = {
        "customers": (customer(name="Anna *Bauer*", since=days_ago(400), segments=("vip",)),),
        "conversations": (MATTER,),
        "facts": (fact("error_code", "E42"), fact("plan", {"speed": 100})),
        "recent": (interaction(conversation_id=MATTER.conversation_id, text="It blinks\nred", mood=-0.8),),
        "conditions": (condition(title="Ambassador", terms=json({"percent": 20}), audiences=(Audience.CONSOLE,)),),
        "callbacks": (promised("support"),),
    }
    handed = examples.handoff(
        conversation_id=MATTER.conversation_id, reason_text="Restart did not help", summary="Angry about the storm"
    )
    return handoff_brief(context(**given | records), handed, caller)


def test_what_failed_stands_before_what_is_open_and_what_helped():
    assert [one.what for one in brief().tried] == ["Restarted", "Firmware", "New cable"]


BILL = conversation(subject="Bill", status="pending", attempts=(attempt("Explained", "failed"),))


def test_what_is_also_open_is_said_and_what_is_resolved_is_not():
    done = conversation(subject="Old", status="resolved", resolved_at=NOW)
    found = brief(conversations=(MATTER, BILL, conversation(subject=None, last_at=days_ago(1)), done))
    assert [(one.subject, one.failed_attempts) for one in found.also_open] == [("Bill", 1), (None, 0)]
    english, german = (brief_text.render_plain_text(found, language, BERLIN) for language in (ENGLISH, GERMAN))
    assert "Also open:\n  Bill (last 21 Nov 2026 10:30, failed attempts: 1)\n  without a subject (last" in english
    assert "Außerdem offen:\n  Bill (zuletzt 21.11.2026 10:30, erfolglose Versuche: 1)" in german


def test_of_many_open_matters_the_brief_lists_five():
    found = brief(conversations=(MATTER, *(conversation(subject=f"S{number}") for number in range(8))))
    assert (len(found.also_open), found.left_out.also_open) == (5, 3)


def test_a_partner_reads_nothing_of_other_matters():
    assert brief(PARTNER, conversations=(MATTER, BILL)).also_open == ()


def test_what_was_said_in_this_matter_stands_before_what_else_is_known():
    assert list(brief().known) == ["error_code", "plan"]


def test_it_is_short_and_says_what_it_leaves_out():
    facts = tuple(fact(f"fact-{number}", number) for number in range(30))
    found = brief(facts=facts)
    assert (len(found.known), found.left_out.known) == (15, 16)
    assert "16 more in the context" in brief_text.render_plain_text(found, ENGLISH, BERLIN)


def test_a_partner_reads_the_matter_and_no_person():
    found = brief(PARTNER)
    assert (found.who.name, found.who.segments, found.mood, found.conditions) == (None, (), None, ())
    assert [one.what for one in found.tried] == ["Restarted", "Firmware", "New cable"]
    text = brief_text.render_plain_text(found, ENGLISH, BERLIN)
    assert "Bauer" not in text
    assert "Mood" not in text


def test_a_partner_reads_that_an_address_is_known_and_not_which():
    """CONTRACT 2a: contact facts are named without a value unless they were said in this conversation."""
    facts = (fact("street-address", "Hauptstr. 1"), fact("plan", "L"))
    found = brief(PARTNER, facts=facts)
    assert (found.known["street-address"], bytes(found.known["plan"])) == (WITHHELD, b'"L"')
    assert "street-address: (on record, not shown)" in brief_text.render_plain_text(found, ENGLISH, BERLIN)
    assert "Hauptstr. 1" in brief_text.render_plain_text(brief(facts=facts), ENGLISH, BERLIN)


@pytest.mark.parametrize(("role", "known", "subject"), [("bot", ["error_code"], "Router"), ("store", [], None)])
def test_who_serves_a_queue_with_a_machine_reads_what_the_machine_may(role, known, subject):
    """S2: no words of the customer, and to a till no facts."""
    found = brief(replace(PARTNER, role=Role(role)))
    assert (list(found.known), found.what.subject, found.what.last_words) == (known, subject, None)
    assert bool(found.tried) is (role == "bot")


def test_in_english():
    assert brief_text.render_plain_text(brief(), ENGLISH, BERLIN) == ENGLISH_TEXT


def test_in_german():
    assert brief_text.render_plain_text(brief(), GERMAN, BERLIN) == GERMAN_TEXT


def test_markdown_shows_what_people_wrote_as_text():
    text = brief_text.render_markdown(brief(), ENGLISH, BERLIN)
    assert text.startswith("# Anna \\*Bauer\\*: Router\n\n**Who**\n- ")
    assert "- error\\_code: E42\n" in text
    listed = brief_text.render_markdown(brief(facts=(fact("12.", "x"),)), ENGLISH, BERLIN)
    assert "- 12\\.: x\n" in listed


ADVISED = NextAction(
    rule="say_sorry",
    action="say_sorry",
    words="I am <b>sorry</b>.",
    language="en",
    because=(ActionReason(name="mood", value="-0.8"), ActionReason(name="contacts", value="3")),
    until=None,
)


def test_what_to_do_next_stands_in_the_brief_with_what_it_rests_on():
    advised = replace(brief(), next=(ADVISED,))
    text = brief_text.render_plain_text(advised, GERMAN, BERLIN)
    assert "\nNächster Schritt:\n  I am <b>sorry</b>. (mood: -0.8, contacts: 3)\n" in text
    assert "- I am \\<b\\>sorry" in brief_text.render_markdown(advised, ENGLISH, BERLIN)


def test_what_may_help_and_what_customers_are_told_stand_in_the_brief():
    helps = AdvisedContent(id="router", title="Router <b>", url=None, text="Pull\nthe plug.", because=())
    told = ShownNotice(id="closed", text="Morgen geschlossen.", language="de", starts_at=NOW, ends_at=None)
    text = brief_text.render_plain_text(replace(brief(), content=(helps,), notices=(told,)), GERMAN, BERLIN)
    assert "\nKann helfen:\n  Router <b>: Pull the plug.\n" in text
    assert "\nZu lesen ist:\n  Morgen geschlossen.\n" in text


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "[a](javascript:b)", "x\n# Heading", "![](http://a)"])
def test_nothing_a_customer_writes_becomes_markup(hostile):
    said = (interaction(conversation_id=MATTER.conversation_id, text=hostile),)
    shown = brief_text.render_markdown(brief(recent=said), ENGLISH, BERLIN)
    last_words = next(one for one in shown.splitlines() if one.startswith("- Last words"))
    assert not re.search(r"(?<!\\)[<\[\]#!]", last_words)


def test_a_brief_with_nothing_to_tell_says_so():
    nothing = examples.callback(conversation_id=None, reason="")
    text = brief_text.render_plain_text(
        callback_brief(context(customers=(customer(name=None),)), nothing, AGENT), GERMAN, BERLIN
    )
    assert text.startswith("Kunde ohne Namen\n")
    assert "Versucht:\n  nichts" in text


def test_a_long_value_is_cut():
    text = brief_text.render_plain_text(brief(facts=(fact("story", "x" * 300),)), ENGLISH, BERLIN)
    assert f"story: {'x' * 200}…\n" in text


@pytest.mark.parametrize(
    ("terms", "words"),
    [({"percent": 20}, "20 %"), ({"amount": 500, "currency": "EUR"}, "500 EUR"), ({"text": "Free"}, "Free")],
)
def test_terms_in_words(terms, words):
    until = condition(title="T", terms=json(terms), valid_until=NOW + timedelta(days=1))
    assert f"T: {words} (until 22 Nov 2026)" in brief_text.render_plain_text(
        brief(conditions=(until,)), ENGLISH, BERLIN
    )


def test_both_languages_have_all_words():
    assert set(WORDS[ENGLISH]) == set(WORDS[GERMAN])
    placeholders = {
        language: {key: sorted(part for part in text.split() if "{" in part) for key, text in words.items()}
        for language, words in WORDS.items()
    }
    assert {key for key, parts in placeholders[ENGLISH].items() if parts} == {
        key for key, parts in placeholders[GERMAN].items() if parts
    }


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT, en;q=0.8", "de"),
        ("en, de", "en"),
        ("fr, de;q=0.5", "de"),
        ("de;q=0.3, en;q=0.7", "en"),
        ("de;q=x", "en"),
        ("*", "en"),
    ],
)
def test_the_reader_chooses_the_language(accepted, language):
    assert choose_language(accepted) == language


@pytest.mark.parametrize(
    ("mood", "word"),
    [(None, "unknown_mood"), (-1, "angry"), (-0.59, "unhappy"), (0, "neutral"), (0.2, "content")],
)
def test_the_mood_has_a_word(mood, word):
    assert mood_key(mood) == word


def test_the_json_has_the_parts_of_the_contract():
    parts = msgspec.json.decode(msgspec.json.encode(brief()))
    assert set(parts) >= {"who", "what", "tried", "known", "promised", "conditions", "mood"}
