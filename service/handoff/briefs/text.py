"""A brief as Markdown or plain text, in German or English; pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Raw

from service.context.guidance.model import NextAction
from service.context.model import AttemptRecord
from service.context.signals import MANY_TRANSFERS
from service.handoff.briefs.brief import WITHHELD
from service.handoff.briefs.model import Brief, BriefCallback, BriefMood, BriefOtherMatter
from service.handoff.briefs.words import WORDS, format_date, format_date_time, mood_key
from service.handoff.summaries import ConversationSummary
from service.identity.preferences import ChannelWish
from service.model.clock import local_time
from service.model.vocabulary import AttemptOutcome, Channel

MAX_VALUE_CHARS = 200
_MARKUP = re.compile(r"([\\`*_\[\]<>#!|~&]|^[-+])")
_LIST_NUMBER = re.compile(r"^(\d+)([.)])")
_SPACES = re.compile(r"\s+")
_OUTCOME_SYMBOLS = {
    AttemptOutcome.FAILED: "✗",
    AttemptOutcome.PENDING: "…",
    AttemptOutcome.UNKNOWN: "?",
    AttemptOutcome.WORKED: "✓",
}


class BriefSection(NamedTuple):
    """A heading with its lines, each in one line and without markup."""

    heading: str
    lines: list[str]


def render_markdown(brief: Brief, language: str, zone: ZoneInfo) -> str:
    """The brief in Markdown; markup in the words of customers and desks is escaped."""
    writer = _BriefWriter(brief, language, zone)
    parts = [f"# {_escape_markdown(writer.title())}"]
    parts += (
        f"**{section.heading}**\n" + "\n".join(f"- {_escape_markdown(line)}" for line in section.lines)
        for section in writer.sections()
    )
    return "\n\n".join(parts) + "\n"


def render_plain_text(brief: Brief, language: str, zone: ZoneInfo) -> str:
    """The brief as plain text: a title, then headings with indented lines."""
    writer = _BriefWriter(brief, language, zone)
    parts = [writer.title()]
    parts += (
        f"{section.heading}:\n" + "\n".join(f"  {line}" for line in section.lines) for section in writer.sections()
    )
    return "\n\n".join(parts) + "\n"


def _escape_markdown(text: str) -> str:
    return _LIST_NUMBER.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


class _BriefWriter:
    """The brief in the words of one language, with the times of one zone."""

    def __init__(self, brief: Brief, language: str, zone: ZoneInfo) -> None:
        self._brief = brief
        self._language = language
        self._texts = WORDS[language]
        self._zone = zone

    def title(self) -> str:
        """The customer and the subject in one line."""
        what = self._brief.what.subject or self._brief.what.reason
        who = self._brief.who.name or self._texts["unnamed"]
        return _one_line(f"{who}: {what}" if what else who)

    def sections(self) -> Iterator[BriefSection]:
        """Who, what, tried and known; then promised, conditions and mood unless empty."""
        left_out = self._brief.left_out
        yield BriefSection(self._texts["who"], list(self._customer_lines()))
        yield BriefSection(self._texts["what"], list(self._matter_lines()) or [self._texts["nothing"]])
        yield from self._guidance_sections()
        if self._brief.summaries:
            summaries = map(self._summary_line, self._brief.summaries)
            yield BriefSection(self._texts["summaries"], self._lines_or_nothing(summaries, left_out.summaries))
        if self._brief.also_open:
            others = map(self._other_matter_line, self._brief.also_open)
            yield BriefSection(self._texts["also_open"], self._lines_or_nothing(others, left_out.also_open))
        yield BriefSection(
            self._texts["tried"], self._lines_or_nothing(map(self._attempt_line, self._brief.tried), left_out.tried)
        )
        known = (f"{name}: {self._fact_text(value)}" for name, value in self._brief.known.items())
        yield BriefSection(self._texts["known"], self._lines_or_nothing(known, left_out.known))
        wishes = list(self._wish_lines())
        if wishes:
            yield BriefSection(self._texts["contact"], wishes)
        if self._brief.promised:
            promised = map(self._callback_line, self._brief.promised)
            yield BriefSection(self._texts["promised"], self._lines_or_nothing(promised, left_out.promised))
        if self._brief.conditions:
            yield BriefSection(
                self._texts["conditions"], self._lines_or_nothing(self._condition_lines(), left_out.conditions)
            )
        if self._brief.mood is not None:
            yield BriefSection(self._texts["mood"], [", ".join(self._mood_phrases(self._brief.mood))])

    def _fact_text(self, value: Raw) -> str:
        return self._texts["withheld"] if value == WITHHELD else value_text(value)

    def _lines_or_nothing(self, lines: Iterator[str], left_out: int) -> list[str]:
        """The lines and the number left out, or the word for nothing."""
        listed = [_one_line(line) for line in lines]
        if left_out:
            listed.append(self._texts["more"].format(number=left_out))
        return listed or [self._texts["nothing"]]

    def _customer_lines(self) -> Iterator[str]:
        who = self._brief.who
        facts = [who.name or self._texts["unnamed"]]
        if who.assurance is not None:
            facts.append(self._texts[f"assurance_{who.assurance}"])
        if who.language is not None:
            facts.append(self._texts["speaks"].format(language=who.language))
        if who.since is not None:
            since = format_date(self._language, who.since.astimezone(self._zone))
            facts.append(self._texts["customer_since"].format(date=since))
        yield _one_line(", ".join((*facts, *who.segments)))
        for number in who.invalid_numbers:
            since = format_date(self._language, number.since.astimezone(self._zone))
            yield self._texts["invalid_number"].format(phone=number.phone, date=since)
        if who.communication_style is not None:
            yield _one_line(self._texts["style"].format(style=who.communication_style))

    def _matter_lines(self) -> Iterator[str]:
        what = self._brief.what
        for text in (what.subject, what.reason, None if self._brief.summaries else what.summary):
            if text is not None:
                yield _one_line(text)
        if what.transfers >= MANY_TRANSFERS:
            yield self._texts["transfers"].format(number=what.transfers)
        if what.since is not None:
            channels = ", ".join(self._texts[f"channel_{channel}"] for channel in what.channels)
            since = format_date_time(self._language, what.since.astimezone(self._zone))
            yield self._texts["since"].format(moment=since, channels=channels)
        answered = self._brief.answered_meanwhile
        if answered is not None:
            at = format_date_time(self._language, answered.at.astimezone(self._zone))
            how = "called_meanwhile" if answered.channel is Channel.PHONE else "wrote_meanwhile"
            by = self._texts["answered_by"].format(agent=answered.by) if answered.by else ""
            yield _one_line(self._texts[how].format(moment=at, by=by))
        if what.last_words is not None:
            yield _one_line(self._texts["last_words"].format(text=what.last_words))
        if what.wishes is not None:
            wanted = (*what.wishes.skills, *filter(None, (what.wishes.language,)))
            yield _one_line(self._texts["wanted"].format(wishes=", ".join(wanted)))
        onward = self._texts.get(f"onward_{what.onward_reason}")
        if onward is not None:
            yield onward

    def _guidance_sections(self) -> Iterator[BriefSection]:
        """What to do next, what may help, and what customers are told, each unless empty."""
        if self._brief.next:
            yield BriefSection(self._texts["next"], list(map(self._action_line, self._brief.next)))
        if self._brief.content:
            content = (_one_line(f"{one.title}: {one.url or one.text}") for one in self._brief.content)
            yield BriefSection(self._texts["may_help"], list(content))
        if self._brief.notices:
            yield BriefSection(self._texts["notices"], [_one_line(one.text) for one in self._brief.notices])

    def _action_line(self, action: NextAction) -> str:
        """What to say, then the facts it rests on."""
        because = ", ".join(f"{one.name}: {one.value}" for one in action.because)
        return _one_line(f"{action.words} ({because})" if because else action.words)

    def _summary_line(self, one: ConversationSummary) -> str:
        """The summary, then its author as far as the reader may know, and its time."""
        at = format_date_time(self._language, one.at.astimezone(self._zone))
        names = (one.agent or one.name, one.queue)
        details = ", ".join((self._texts[f"by_{one.by}"], *filter(None, names), at))
        return f"{one.text}{'…' if one.text_cut else ''} ({details})"

    def _other_matter_line(self, other: BriefOtherMatter) -> str:
        at = format_date_time(self._language, other.last_at.astimezone(self._zone))
        details = [self._texts["last_at"].format(moment=at)]
        if other.failed_attempts:
            details.append(self._texts["failed_attempts"].format(number=other.failed_attempts))
        return f"{other.subject or self._texts['no_subject']} ({', '.join(details)})"

    def _attempt_line(self, attempt: AttemptRecord) -> str:
        by = [self._texts[f"by_{attempt.by}"]] if attempt.by is not None else []
        at = format_date_time(self._language, attempt.at.astimezone(self._zone))
        details = ", ".join(
            (self._texts[f"outcome_{attempt.outcome}"], *by, self._texts[f"channel_{attempt.channel}"], at)
        )
        return f"{_OUTCOME_SYMBOLS[attempt.outcome]} {attempt.what} ({details})"

    def _wish_lines(self) -> Iterator[str]:
        """What the customer refuses first, then the channel that is preferred."""
        preferences, texts = self._brief.preferences, self._texts
        for channel, wish in preferences.channels.items():
            if wish is ChannelWish.REFUSED:
                yield texts["refuses"].format(what=texts[f"contact_{channel}"])
        for one in preferences.do_not_contact:
            what = texts["refuses"].format(what=f"{texts[f'contact_{one.channel}']}{texts[f'purpose_{one.purpose}']}")
            until = one.until and format_date(self._language, local_time(one.until, self._zone))
            yield f"{what} ({texts['until'].format(date=until)})" if until else what
        if preferences.preferred_channel is not None:
            yield texts["prefers"].format(channel=texts[f"channel_{preferences.preferred_channel}"])

    def _callback_line(self, callback: BriefCallback) -> str:
        start, end = (
            format_date_time(self._language, at.astimezone(self._zone))
            for at in (callback.promised_from, callback.promised_to)
        )
        call = self._texts["call_between"].format(start=start, end=end)
        state = self._texts.get(f"state_{callback.end_reason or callback.state}")
        return f"{call} ({state})" if state else call

    def _condition_lines(self) -> Iterator[str]:
        for one in self._brief.conditions:
            line = f"{one.title}: {terms_text(one.terms)}"
            if one.valid_until is not None:
                until = format_date(self._language, local_time(one.valid_until, self._zone))
                line += f" ({self._texts['until'].format(date=until)})"
            yield line

    def _mood_phrases(self, mood: BriefMood) -> Iterator[str]:
        yield self._texts[mood_key(mood.value)]
        if mood.repeated_questions:
            yield self._texts["asked_again"].format(number=mood.repeated_questions)
        if mood.dropped_calls:
            yield self._texts["calls_lost"].format(number=mood.dropped_calls)


def value_text(value: Raw) -> str:
    """A fact's value: texts without quotes, everything else as JSON; a long one is cut."""
    text = msgspec.json.decode(value)
    shown = text if isinstance(text, str) else bytes(value).decode()
    return shown if len(shown) <= MAX_VALUE_CHARS else f"{shown[:MAX_VALUE_CHARS]}…"


def terms_text(terms: Raw) -> str:
    """20 %, 500 EUR, or the words of the terms."""
    fields = msgspec.json.decode(terms, type=dict[str, Raw])
    if "percent" in fields:
        return f"{value_text(fields['percent'])} %"
    if "amount" in fields:
        return f"{value_text(fields['amount'])} {value_text(fields['currency'])}"
    return value_text(fields["text"]) if "text" in fields else ""
