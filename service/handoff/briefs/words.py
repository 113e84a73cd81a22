"""The words of a brief in German and English, and the choice between the two by Accept-Language (RFC 9110, 12.5.4)."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from service.handoff.callbacks.model import KnownReason
from service.handoff.model import OfferEnd
from service.identity.preferences import ContactPurpose
from service.model.vocabulary import Assurance, AttemptOutcome, CallbackState, Channel, ParticipantRole

ENGLISH, GERMAN = "en", "de"
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    ENGLISH: {
        "who": "Who",
        "what": "What",
        "summaries": "Summaries, the newest first",
        "transfers": "transferred {number} times",
        "also_open": "Also open",
        "last_at": "last {moment}",
        "failed_attempts": "failed attempts: {number}",
        "no_subject": "without a subject",
        "next": "What to do next",
        "may_help": "May help",
        "notices": "Customers are told",
        "tried": "Tried",
        "known": "Known, do not ask",
        "withheld": "(on record, not shown)",
        "contact": "Contact",
        "refuses": "does not want {what}",
        "prefers": "prefers {channel}",
        "promised": "Promised",
        "conditions": "Conditions",
        "mood": "Mood",
        "unnamed": "Customer without a name",
        "speaks": "speaks {language}",
        "customer_since": "customer since {date}",
        "style": "style: {style}",
        "since": "open since {moment}, via {channels}",
        "last_words": "Last words: {text}",
        "wanted": "Wanted of the agent: {wishes}",
        f"onward_{OfferEnd.EXPIRED}": "The offer before was not taken in time",
        f"onward_{OfferEnd.DECLINED}": "The offer before was declined",
        f"onward_{OfferEnd.ABSENT}": "The agent who was asked before was absent",
        f"onward_{OfferEnd.NO_AGENTS}": "No agent of the desk asked before was there",
        "onward_closed": "The desk was closed",
        "invalid_number": "{phone} does not exist, as a call on {date} found",
        "called_meanwhile": "Called meanwhile, and was answered on {moment}{by}",
        "wrote_meanwhile": "Wrote meanwhile, and was answered on {moment}{by}",
        "answered_by": " by {agent}",
        "call_between": "Call between {start} and {end}",
        "until": "until {date}",
        "more": "{number} more in the context",
        "nothing": "nothing",
        "asked_again": "asked the same thing {number} times",
        "calls_lost": "lost {number} calls in 30 days",
        "angry": "angry",
        "unhappy": "unhappy",
        "neutral": "neutral",
        "content": "content",
        "unknown_mood": "not known",
        f"assurance_{Assurance.NONE}": "identity not checked",
        f"assurance_{Assurance.CLAIMED}": "identity claimed, not proven",
        f"assurance_{Assurance.POSSESSION}": "identity shown by card or login",
        f"assurance_{Assurance.VERIFIED}": "identity verified",
        f"outcome_{AttemptOutcome.FAILED}": "failed",
        f"outcome_{AttemptOutcome.PENDING}": "still running",
        f"outcome_{AttemptOutcome.UNKNOWN}": "outcome unknown",
        f"outcome_{AttemptOutcome.WORKED}": "worked",
        f"by_{ParticipantRole.CUSTOMER}": "the customer",
        f"by_{ParticipantRole.BOT}": "a bot",
        f"by_{ParticipantRole.AGENT}": "an agent",
        f"by_{ParticipantRole.SYSTEM}": "a system",
        f"channel_{Channel.CHATBOT}": "chatbot",
        f"channel_{Channel.PHONE}": "phone",
        f"channel_{Channel.EMAIL}": "e-mail",
        f"channel_{Channel.STORE}": "store",
        f"channel_{Channel.WEB}": "web",
        f"channel_{Channel.SOCIAL}": "social media",
        f"state_{CallbackState.MISSED}": "missed so far",
        f"state_{CallbackState.UNCALLABLE}": "no number known",
        f"state_{KnownReason.DO_NOT_CONTACT}": "not planned: the customer does not want calls",
        f"contact_{Channel.CHATBOT}": "messages in the chat",
        f"contact_{Channel.PHONE}": "calls",
        f"contact_{Channel.EMAIL}": "e-mails",
        f"contact_{Channel.STORE}": "contact in the store",
        f"contact_{Channel.WEB}": "messages on the web",
        f"contact_{Channel.SOCIAL}": "messages on social media",
        f"purpose_{ContactPurpose.ALL}": "",
        f"purpose_{ContactPurpose.SERVICE}": " for service",
        f"purpose_{ContactPurpose.MARKETING}": " for marketing",
        f"purpose_{ContactPurpose.SURVEY}": " for surveys",
    },
    GERMAN: {
        "who": "Wer",
        "what": "Worum es geht",
        "summaries": "Zusammenfassungen, die neueste zuerst",
        "transfers": "{number}-mal weitergegeben",
        "also_open": "Außerdem offen",
        "last_at": "zuletzt {moment}",
        "failed_attempts": "erfolglose Versuche: {number}",
        "no_subject": "ohne Betreff",
        "next": "Nächster Schritt",
        "may_help": "Kann helfen",
        "notices": "Zu lesen ist",
        "tried": "Versucht",
        "known": "Bekannt, nicht fragen",
        "withheld": "(liegt vor, wird nicht gezeigt)",
        "contact": "Kontakt",
        "refuses": "möchte keine {what}",
        "prefers": "bevorzugt {channel}",
        "promised": "Versprochen",
        "conditions": "Konditionen",
        "mood": "Stimmung",
        "unnamed": "Kunde ohne Namen",
        "speaks": "spricht {language}",
        "customer_since": "Kunde seit {date}",
        "style": "Stil: {style}",
        "since": "offen seit {moment}, über {channels}",
        "last_words": "Letzte Worte: {text}",
        "wanted": "Gewünscht: {wishes}",
        f"onward_{OfferEnd.EXPIRED}": "Das vorige Angebot wurde nicht rechtzeitig angenommen",
        f"onward_{OfferEnd.DECLINED}": "Das vorige Angebot wurde abgelehnt",
        f"onward_{OfferEnd.ABSENT}": "Wer zuvor gefragt wurde, war abwesend",
        f"onward_{OfferEnd.NO_AGENTS}": "Von denen, die zuvor gefragt wurden, war niemand da",
        "onward_closed": "Die Beratung war geschlossen",
        "invalid_number": "{phone} gibt es nicht, wie ein Anruf am {date} ergab",
        "called_meanwhile": "Hat inzwischen angerufen, Antwort am {moment}{by}",
        "wrote_meanwhile": "Hat inzwischen geschrieben, Antwort am {moment}{by}",
        "answered_by": " durch {agent}",
        "call_between": "Anruf zwischen {start} und {end}",
        "until": "bis {date}",
        "more": "{number} weitere im Kontext",
        "nothing": "nichts",
        "asked_again": "{number}-mal dasselbe gefragt worden",
        "calls_lost": "{number} verlorene Anrufe in 30 Tagen",
        "angry": "verärgert",
        "unhappy": "unzufrieden",
        "neutral": "neutral",
        "content": "zufrieden",
        "unknown_mood": "nicht bekannt",
        f"assurance_{Assurance.NONE}": "Identität nicht geprüft",
        f"assurance_{Assurance.CLAIMED}": "Identität behauptet, nicht belegt",
        f"assurance_{Assurance.POSSESSION}": "Identität durch Karte oder Anmeldung gezeigt",
        f"assurance_{Assurance.VERIFIED}": "Identität geprüft",
        f"outcome_{AttemptOutcome.FAILED}": "hat nicht geholfen",
        f"outcome_{AttemptOutcome.PENDING}": "läuft noch",
        f"outcome_{AttemptOutcome.UNKNOWN}": "Ergebnis unbekannt",
        f"outcome_{AttemptOutcome.WORKED}": "hat geholfen",
        f"by_{ParticipantRole.CUSTOMER}": "vom Kunden",
        f"by_{ParticipantRole.BOT}": "von einem Bot",
        f"by_{ParticipantRole.AGENT}": "von der Beratung",
        f"by_{ParticipantRole.SYSTEM}": "von einem System",
        f"channel_{Channel.CHATBOT}": "Chatbot",
        f"channel_{Channel.PHONE}": "Telefon",
        f"channel_{Channel.EMAIL}": "E-Mail",
        f"channel_{Channel.STORE}": "Filiale",
        f"channel_{Channel.WEB}": "Web",
        f"channel_{Channel.SOCIAL}": "soziale Medien",
        f"state_{CallbackState.MISSED}": "bisher versäumt",
        f"state_{CallbackState.UNCALLABLE}": "keine Nummer bekannt",
        f"state_{KnownReason.DO_NOT_CONTACT}": "nicht geplant: Anrufe sind nicht erwünscht",
        f"contact_{Channel.CHATBOT}": "Nachrichten im Chat",
        f"contact_{Channel.PHONE}": "Anrufe",
        f"contact_{Channel.EMAIL}": "E-Mails",
        f"contact_{Channel.STORE}": "Ansprache in der Filiale",
        f"contact_{Channel.WEB}": "Nachrichten im Web",
        f"contact_{Channel.SOCIAL}": "Nachrichten in sozialen Medien",
        f"purpose_{ContactPurpose.ALL}": "",
        f"purpose_{ContactPurpose.SERVICE}": " zum Service",
        f"purpose_{ContactPurpose.MARKETING}": " zur Werbung",
        f"purpose_{ContactPurpose.SURVEY}": " zu Umfragen",
    },
})  # fmt: skip
# Not from strftime: its names depend on the locale of the process.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def choose_language(accept_language: str) -> str:
    """`de` if the header prefers German, else `en`."""
    preferences = {ENGLISH: 0.0, GERMAN: 0.0}
    for position, item in enumerate(accept_language.split(",")):
        tag, _, quality = item.strip().partition(";q=")
        language = tag.partition("-")[0].strip().lower()
        if language in preferences:
            preferences[language] = max(preferences[language], _quality(quality) - position * 1e-6)
    return GERMAN if preferences[GERMAN] > preferences[ENGLISH] else ENGLISH


def _quality(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def format_date(language: str, at: datetime) -> str:
    """A local date: 21 Nov 2026, or 21.11.2026."""
    return f"{at:%d.%m.%Y}" if language == GERMAN else f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def format_date_time(language: str, at: datetime) -> str:
    """A local date with its time: 21 Nov 2026 10:30, or 21.11.2026 10:30."""
    return f"{format_date(language, at)} {at:%H:%M}"


def mood_key(mood: float | None) -> str:
    """The key of the word for a mood between -1 and 1."""
    if mood is None:
        return "unknown_mood"
    return "angry" if mood <= -0.6 else "unhappy" if mood <= -0.2 else "neutral" if mood < 0.2 else "content"  # noqa: PLR2004 (the bounds of the words)
