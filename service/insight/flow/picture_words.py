"""The words and numbers of a flow's picture, in English and German; another language reads English."""

from service.model.languages import primary_language
from service.model.vocabulary import Channel

NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
CHANNELS = {
    "en": {
        Channel.WEB: "Web",
        Channel.CHATBOT: "Chatbot",
        Channel.PHONE: "Phone",
        Channel.EMAIL: "E-mail",
        Channel.STORE: "Store",
        Channel.SOCIAL: "Social media",
    },
    "de": {
        Channel.WEB: "Web",
        Channel.CHATBOT: "Chatbot",
        Channel.PHONE: "Telefon",
        Channel.EMAIL: "E-Mail",
        Channel.STORE: "Filiale",
        Channel.SOCIAL: "Social Media",
    },
}
TEXTS = {
    "en": {
        "title": "Ways of the matters of {names}, contact by contact",
        "columns": "1st contact|2nd|3rd|4th|5th and later",
        "matters": "{count} matters",
        "matter": "1 matter",
        "give_up": "{share} give up",
        "asked_again": "{share} asked again",
        "ends": "How it ends",
        "solved": "solved",
        "gave_up": "gave up",
        "open": "still open",
        "node": "{channel} {share}, {column}: {matters}; {solved} solved here, {gave_up} gave up here, "
        "{asked_again} asked again",
        "ribbon": "{start} → {end}: {matters}, {share}; {asked_again} asked again",
        "ending": "{share} {ending}: {matters}",
        "reach": "{column} {count} · {share}: {matters}",
        "hidden": "{ways} rare ways with {matters} ({share}) are part of all numbers, and not named one by one",
        "none": "No matter of this segment in this time",
        "width": "width = share of the segment’s matters",
        "most": "most repetition on this way",
        "solved_here": "solved here",
        "gave_up_here": "gave up here",
    },
    "de": {
        "title": "Wege der Anliegen von {names}, Kontakt für Kontakt",
        "columns": "1. Kontakt|2.|3.|4.|5. und weitere",
        "matters": "{count} Anliegen",
        "matter": "1 Anliegen",
        "give_up": "{share} geben auf",
        "asked_again": "{share} erneut gefragt",
        "ends": "Wie es endet",
        "solved": "gelöst",
        "gave_up": "aufgegeben",
        "open": "noch offen",
        "node": "{channel} {share}, {column}: {matters}; {solved} hier gelöst, {gave_up} hier aufgegeben, "
        "{asked_again} erneut gefragt",
        "ribbon": "{start} → {end}: {matters}, {share}; {asked_again} erneut gefragt",
        "ending": "{share} {ending}: {matters}",
        "reach": "{column} {count} · {share}: {matters}",
        "hidden": "{ways} seltene Wege mit {matters} ({share}) stecken in allen Zahlen, ohne einzeln genannt zu sein",
        "none": "Kein Anliegen dieses Segments in dieser Zeit",
        "width": "Breite = Anteil der Anliegen des Segments",
        "most": "meiste Wiederholung auf diesem Weg",
        "solved_here": "hier gelöst",
        "gave_up_here": "hier aufgegeben",
    },
}


class FlowWords:
    """Words of one language."""

    def __init__(self, language: str) -> None:
        primary = primary_language(language)
        self.language = primary if primary in TEXTS else "en"
        self._texts = TEXTS[self.language]
        self.columns = self._texts["columns"].split("|")

    def __call__(self, name: str, **values: str) -> str:
        """The text of this name with these values."""
        return self._texts[name].format(**values)

    def channel(self, channel: Channel) -> str:
        """The name of a channel."""
        return CHANNELS[self.language][channel]

    def number(self, value: int) -> str:
        """Such as 5,074 or 5.074."""
        grouped = f"{value:,}"
        return grouped.replace(",", ".") if self.language == "de" else grouped

    def share(self, part: float, whole: float) -> str:
        """Such as 30% or 30 %; 0% of nothing, and less than one percent says so."""
        percent = 100 * part / whole if whole else 0
        text = "<1" if 0 < percent < 1 else f"{percent:.0f}"
        return f"{text}{NARROW_SPACE}%" if self.language == "de" else f"{text}%"

    def matters(self, count: int) -> str:
        """Such as 1,204 matters."""
        return self("matter") if count == 1 else self("matters", count=self.number(count))
