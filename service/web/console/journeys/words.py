"""The words of the journeys' pages for codes."""

from service.insight.flow.model import DifferenceKind, FlowEnding
from service.journey.model import Phase
from service.web.console.codes import CodeLook
from service.web.console.words import _

STEPS = {
    1: _("1st contact"),
    2: _("2nd contact"),
    3: _("3rd contact"),
    4: _("4th contact"),
    5: _("5th contact and later"),
}
ENDINGS = {
    FlowEnding.SOLVED: CodeLook(_("solved"), "good", "check"),
    FlowEnding.GAVE_UP: CodeLook(_("gave up"), "bad", "door-exit"),
    FlowEnding.OPEN: CodeLook(_("still open"), "", "clock"),
}
DIFFERENCES = {
    DifferenceKind.CAME: _("Come to us by this channel"),
    DifferenceKind.SOLVED: _("Solved"),
    DifferenceKind.GAVE_UP: _("Give up"),
    DifferenceKind.ASKED_AGAIN: _("Asked again"),
}
PHASES = {
    Phase.CONSIDER: _("Consider"),
    Phase.BUY: _("Buy"),
    Phase.USE: _("Use"),
    Phase.GET_HELP: _("Get help"),
    Phase.RENEW_OR_LEAVE: _("Renew or leave"),
}
PERIODS = {
    7: _("7 days"),
    30: _("30 days"),
    90: _("90 days"),
    365: _("1 year"),
    3650: _("10 years"),
}
"""Days that the matters of a flow began in."""
PAUSES = {
    0: _("each message"),
    30: _("messages within 30 minutes"),
    1440: _("messages within a day"),
}
"""Minutes between two messages of one channel, up to which they are one contact."""
THRESHOLDS = (0.0, 0.005, 0.01, 0.02, 0.05)
"""Shares from which a way is listed by itself."""
