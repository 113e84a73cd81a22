"""Pure: what the picture says, in English and German. Other languages get English."""

from datetime import date, datetime, tzinfo

from service.journey.model import DecisionKind, HandoffEnd, JourneyFriction, NoteKind, Phase
from service.model.languages import primary_language
from service.model.vocabulary import Channel

Words = tuple[str, str]
DEFAULT_LANGUAGE = "en"
LANGUAGES = ("en", "de")
PHASES: dict[Phase, Words] = {
    Phase.CONSIDER: ("Consider", "Abwägen"),
    Phase.BUY: ("Buy", "Kaufen"),
    Phase.USE: ("Use", "Nutzen"),
    Phase.GET_HELP: ("Get help", "Hilfe suchen"),
    Phase.RENEW_OR_LEAVE: ("Renew or leave", "Bleiben oder gehen"),
}
CHANNELS: dict[Channel, Words] = {
    Channel.SOCIAL: ("Social", "Social"),
    Channel.WEB: ("Web", "Web"),
    Channel.CHATBOT: ("Chatbot", "Chatbot"),
    Channel.PHONE: ("Phone", "Telefon"),
    Channel.EMAIL: ("E-mail", "E-Mail"),
    Channel.STORE: ("Store", "Filiale"),
}
FRICTIONS: dict[JourneyFriction, Words] = {
    JourneyFriction.ASKED_AGAIN: ("asked again", "erneut gefragt"),
    JourneyFriction.LATE: ("late", "zu spät"),
    JourneyFriction.DID_NOT_HELP: ("did not help", "half nicht"),
    JourneyFriction.DROPPED: ("dropped", "abgebrochen"),
    JourneyFriction.PROMISE_BROKEN: ("promise broken", "Zusage gebrochen"),
    JourneyFriction.MAY_LEAVE: ("may leave", "will vielleicht gehen"),
}
DECISIONS: dict[DecisionKind, Words] = {
    DecisionKind.BUYS: ("Buys", "Kauft"),
    DecisionKind.CANCELS: ("Cancels", "Kündigt"),
    DecisionKind.THREATENS_TO_LEAVE: ("Threatens to leave", "Droht zu gehen"),
    DecisionKind.STAYS: ("Stays", "Bleibt"),
    DecisionKind.SET_BY_HAND: ("Decides", "Entscheidet"),
}
HANDOFFS: dict[HandoffEnd, Words] = {
    HandoffEnd.TAKEN: ("taken in {}", "übernommen nach {}"),
    HandoffEnd.NO_ANSWER: ("no answer", "keine Antwort"),
    HandoffEnd.CLOSED: ("closed: callback {} promised", "geschlossen: Rückruf {} zugesagt"),
    HandoffEnd.RETURNED: ("given back", "zurückgegeben"),
    HandoffEnd.FAILED: ("failed", "gescheitert"),
    HandoffEnd.OPEN: ("waiting", "wartet"),
}
ROWS: dict[str, Words] = {
    NoteKind.WANTS: ("Wants", "Möchte"),
    "says": ("Says", "Sagt"),
    "friction": ("Friction", "Reibung"),
    NoteKind.OWNER: ("Owner", "Zuständig"),
    NoteKind.CHANGE: ("What to change", "Zu ändern"),
}
TEXTS: dict[str, Words] = {
    "journey": ("Journey", "Kundenreise"),
    "phase": ("Phase", "Phase"),
    "earlier": ("Earlier: {} phases", "Früher: {} Phasen"),
    "contact": ("1 contact", "1 Kontakt"),
    "contacts": ("{} contacts", "{} Kontakte"),
    "behind": ("Behind", "Hinter den"),
    "the scenes": ("the scenes", "Kulissen"),
    "behind the scenes": ("behind the scenes", "hinter den Kulissen"),
    "mood": ("Mood", "Stimmung"),
    "pleased": ("pleased", "zufrieden"),
    "upset": ("upset", "verärgert"),
    "lowest": ("lowest: {}", "Tiefpunkt: {}"),
    "came": ("customer came to us", "meldete sich bei uns"),
    "turned": ("we turned to the customer", "wir meldeten uns"),
    "answered": ("concern answered", "Bedenken beantwortet"),
    "not answered": ("concern not answered", "Bedenken nicht beantwortet"),
    "handoff": ("handoff", "Übergabe"),
    "handoff failed": ("handoff that failed", "Übergabe, die scheiterte"),
    "decision": ("decision point", "Entscheidungspunkt"),
    "folded": ("time folded", "Zeit gefaltet"),
    "joined": ("several contacts as one", "mehrere Kontakte als einer"),
    "hidden": ("{} shorter waits are not drawn", "{} kürzere Wartezeiten sind nicht gezeichnet"),
    "left out": ("{} older contacts are left out", "{} ältere Kontakte fehlen"),
    "none": ("none", "keine"),
    "nothing": ("No contact yet.", "Noch kein Kontakt."),
    "missed": ("callback missed", "Rückruf versäumt"),
    "kept": ("callback kept", "Rückruf gehalten"),
    "late": ("called {} late", "Rückruf {} zu spät"),
    "promised": ("callback promised {}", "Rückruf zugesagt {}"),
    "friction": ("1 friction", "1 Reibung"),
    "frictions": ("{} frictions", "{} Reibungen"),
    "asked again": ("{} × asked again", "{} × erneut gefragt"),
    "until solved": ("{} until solved", "{} bis zur Lösung"),
    "worked": ("{} of {} handoffs worked", "{} von {} Übergaben gelangen"),
    "longest wait": ("longest wait {}", "längste Wartezeit {}"),
    "open": ("Open: {}", "Offen: {}"),
    "by": ("by {}", "bis {}"),
}
_MONTHS = (
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez."),
)
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3600, 60


class PictureWords:
    """The words of one language, on the wall clock of one time zone."""

    def __init__(self, language: str, zone: tzinfo) -> None:
        self._place = 1 if primary_language(language) == "de" else 0
        self._zone = zone

    @property
    def language(self) -> str:
        """The language that is spoken."""
        return LANGUAGES[self._place]

    def of(self, words: Words) -> str:
        """These words in the language."""
        return words[self._place]

    def text(self, name: str, *values: object) -> str:
        """A text of TEXTS with its values."""
        return TEXTS[name][self._place].format(*values)

    def phase(self, phase: Phase) -> str:
        """The name of a phase."""
        return self.of(PHASES[phase])

    def row(self, name: str) -> str:
        """The name of a row below the picture."""
        return self.of(ROWS[name])

    def contacts(self, count: int) -> str:
        """Such as 24 contacts."""
        return self.text("contact") if count == 1 else self.text("contacts", self.number(count))

    def frictions(self, count: int) -> str:
        """Such as 10 frictions."""
        return self.text("friction") if count == 1 else self.text("frictions", self.number(count))

    def number(self, value: int) -> str:
        """Such as 5,074 or 5.074."""
        return f"{value:,}".replace(",", ",."[self._place])

    def decimal(self, value: float) -> str:
        """Such as −0.8 or −0,8, with its sign."""
        return f"{value:+.1f}".replace("-", "−").replace(".", ".,"[self._place])

    def day(self, moment: datetime) -> str:
        """Such as 3 Nov or 3. Nov."""
        local = moment.astimezone(self._zone)
        return f"{local.day}{('', '.')[self._place]} {_MONTHS[self._place][local.month - 1]}"

    def date(self, day: date) -> str:
        """Such as 12 Dec 2026."""
        return f"{day.day}{('', '.')[self._place]} {_MONTHS[self._place][day.month - 1]} {day.year}"

    def days(self, start: datetime, end: datetime) -> str:
        """Such as 27–30 Oct, 21 Nov – 1 Dec, or 27 Oct 2025 – 3 Jan 2026."""
        one, other = start.astimezone(self._zone), end.astimezone(self._zone)
        if one.date() == other.date():
            return self.day(start)
        if one.year != other.year:
            return f"{self.day(start)} {one.year} – {self.day(end)} {other.year}"
        if one.month != other.month:
            return f"{self.day(start)} – {self.day(end)}"
        return f"{one.day}{('', '.')[self._place]}–{self.day(end)}"

    def clock(self, moment: datetime) -> str:
        """Such as 09:10."""
        return f"{moment.astimezone(self._zone):%H:%M}"

    def moment(self, moment: datetime) -> str:
        """Such as 19 Nov 10:58."""
        return f"{self.day(moment)} {self.clock(moment)}"

    def window(self, start: datetime, end: datetime) -> str:
        """Such as 20 Nov 09:00–10:00."""
        return f"{self.moment(start)}–{self.clock(end)}"

    def duration(self, seconds: float, days_from_h: int = 24) -> str:
        """In one unit: 40 s, 6 min, 23 h, 2 days; in hours below so many."""
        if seconds < _MINUTE_S:
            return f"{round(seconds)} s"
        if seconds < _HOUR_S:
            return f"{round(seconds / _MINUTE_S)} min"
        hours = round(seconds / _HOUR_S)
        if hours < days_from_h:
            return f"{hours} {('h', 'Std.')[self._place]}"
        days = round(seconds / _DAY_S)
        return f"{self.number(days)} {(('day', 'days'), ('Tag', 'Tage'))[self._place][days != 1]}"
