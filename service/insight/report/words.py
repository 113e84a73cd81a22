"""The words of the report, in English and German."""

from service.insight.report.model import ReportItem, ReportSection

Words = tuple[str, str]
LANGUAGES = ("en", "de")
SECTIONS: dict[ReportSection, Words] = {
    ReportSection.OVERVIEW: ("The week in numbers", "Die Woche in Zahlen"),
    ReportSection.ASKED_AGAIN: ("What customers had to say again", "Was noch einmal gesagt werden musste"),
    ReportSection.GAVE_UP_BY_CHANNEL: ("Where they gave up: last channel", "Wo aufgegeben wurde: letzter Kanal"),
    ReportSection.GAVE_UP_BY_QUEUE: ("Where they gave up: last queue", "Wo aufgegeben wurde: letzte Warteschlange"),
    ReportSection.GAVE_UP_BY_SUBJECT: ("What they gave up on", "Was aufgegeben wurde"),
    ReportSection.PROMISES: ("Promised calls", "Zugesagte Rückrufe"),
    ReportSection.HANDOFFS: ("Handoffs", "Übergaben"),
    ReportSection.CONCERNS: ("What kept people from buying", "Was vom Kauf abhielt"),
    ReportSection.RATINGS: ("What customers say", "Was die Rückmeldungen sagen"),
}
READERS: dict[ReportSection, Words] = {
    ReportSection.OVERVIEW: ("for sales, marketing and service", "für Vertrieb, Marketing und Service"),
    ReportSection.ASKED_AGAIN: ("for service", "für den Service"),
    ReportSection.GAVE_UP_BY_CHANNEL: ("for marketing and service", "für Marketing und Service"),
    ReportSection.GAVE_UP_BY_QUEUE: ("for service", "für den Service"),
    ReportSection.GAVE_UP_BY_SUBJECT: ("for marketing and service", "für Marketing und Service"),
    ReportSection.PROMISES: ("for sales and service", "für Vertrieb und Service"),
    ReportSection.HANDOFFS: ("for service", "für den Service"),
    ReportSection.CONCERNS: ("for sales and marketing", "für Vertrieb und Marketing"),
    ReportSection.RATINGS: ("for sales, marketing and service", "für Vertrieb, Marketing und Service"),
}
ITEMS: dict[ReportItem, Words] = {
    ReportItem.OPENED: ("Matters opened", "Neue Anliegen"),
    ReportItem.SOLVED: ("Matters solved", "Gelöste Anliegen"),
    ReportItem.GAVE_UP: ("Gave up", "Aufgegeben"),
    ReportItem.ASKED_AGAIN: ("Asked again", "Erneut gefragt"),
    ReportItem.KEPT: ("Promises kept", "Zusagen gehalten"),
    ReportItem.BROKEN: ("Promises broken", "Zusagen gebrochen"),
    ReportItem.TAKEN: ("Handoffs taken", "Übergaben angenommen"),
    ReportItem.FAILED: ("Handoffs failed", "Übergaben gescheitert"),
    ReportItem.OPEN: ("Open", "Offen"),
    ReportItem.ANSWERED: ("Answered", "Beantwortet"),
    ReportItem.CSAT: ("Satisfied, in %", "Zufrieden, in %"),
    ReportItem.NPS: ("Would recommend (NPS)", "Würde empfehlen (NPS)"),
    ReportItem.EFFORT: ("Was easy, in %", "War leicht, in %"),
}
BY_CHANNEL = frozenset({ReportSection.ASKED_AGAIN, ReportSection.GAVE_UP_BY_CHANNEL, ReportSection.CONCERNS})
"""Sections whose places are channels."""
TITLE: Words = ("Weekly report", "Wochenbericht")
RUNNING: Words = ("This week is not over: its numbers still grow.", "Diese Woche läuft noch: Ihre Zahlen wachsen noch.")
WHAT: Words = ("What", "Was")
WHERE: Words = ("Where", "Wo")
THIS_WEEK: Words = ("This week", "Diese Woche")
BEFORE: Words = ("Week before", "Woche davor")
CHANGE: Words = ("Change", "Änderung")
NOTHING: Words = ("Nothing in either week.", "Nichts in beiden Wochen.")
NO_DESK: Words = ("no queue had it", "keine Warteschlange hatte es")
OTHERS: Words = ("other subjects and none", "andere Betreffe und keine")
DECIMAL_MARK: Words = (".", ",")
SUM: Words = ("Sum", "Summe")
NOTES: Words = (
    (
        "Gave up: unresolved and silent for {days} days. Asked again: asked for what was known. "
        "Subjects that fewer than five customers share are not named. No personal data."
    ),
    (
        "Aufgegeben: ungelöst und {days} Tage ohne Kontakt. Erneut gefragt: nach etwas, das bekannt war. "
        "Betreffe, die weniger als fünf Personen teilen, werden nicht genannt. Keine personenbezogenen Daten."
    ),
)
