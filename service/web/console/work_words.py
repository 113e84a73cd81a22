"""Words and icons of lists of work: who gave it, by which channel, how urgent it is, and the keys along it."""

import re

from service.desks.worklist import CallbackUrgency
from service.model.vocabulary import CallbackState, CallPhase, Channel, HandoffState, Role
from service.web.console.desk_words import CALL_RESULTS
from service.web.console.presence.streams import AGENT_CHANGED, LOOKING_CHANGED
from service.web.console.words import _

CHANNEL_ICONS = {
    Channel.CHATBOT: "robot",
    Channel.PHONE: "phone",
    Channel.EMAIL: "mail",
    Channel.STORE: "building-store",
    Channel.WEB: "world",
    Channel.SOCIAL: "message-circle",
}
GIVER_ICONS = {
    Role.BOT: "robot",
    Role.STORE: "building-store",
    Role.PARTNER: "users-group",
    Role.CHANNEL: "message-circle",
}
"""By the role of the key that handed off; our own desks have a headset."""
CALLBACK_GROUPS = (
    (CallbackUrgency.MISSED, _("Missed"), "clock-x"),
    (CallbackUrgency.DUE, _("Due now"), "clock"),
    (CallbackUrgency.LATER, _("Later"), None),
)
HOME_KEYS = (
    ("/", _("find")),
    ("J", _("down")),
    ("K", _("up")),
    ("↵", _("open")),
    ("A", _("accept")),
    ("D", _("decline")),
    ("C", _("call back")),
    ("?", _("all keys")),
)
PAGE_KEYS = {
    "/console": tuple(one for one in HOME_KEYS if one[0] not in "/?"),
    "/console/journeys": (("W", _("worst journeys")),),
    "/console/customers/": (
        ("N", _("write a note")),
        ("T", _("write down an attempt")),
        ("F", _("correct what is known")),
        ("O", _("grant a condition")),
        ("H", _("hand over")),
        ("C", _("promise a callback")),
        ("V", _("verify who it is")),
        ("M", _("merge")),
        ("W", _("the whole journey")),
    ),
    "/console/matches/*/": (
        ("S", _("one person: merge")),
        ("H", _("one household")),
        ("X", _("different people")),
        ("L", _("later")),
        ("U", _("take the last decision back")),
    ),
    "/console/customers/*/": (
        ("← →", _("along the way")),
        ("↑ ↓", _("to the list and back")),
        ("[", _("the border of the phase one contact earlier")),
        ("]", _("the border of the phase one contact later")),
    ),
    "/console/handoffs/": (
        ("A", _("accept")),
        ("D", _("decline")),
        ("O", _("take over")),
        ("S", _("start")),
        ("N", _("write what was done")),
        ("H", _("hand over")),
    ),
    "/console/callbacks/": (
        ("C", _("call back")),
        ("R", _("still calling")),
        *((look.key, look.word) for look in CALL_RESULTS.values()),
        ("N", _("write a note")),
        ("E", _("promise another time")),
    ),
}
"""Keys of pages, by what their paths begin with, `*` for an id; that of home is its whole path."""
_ID_INSIDE = re.compile(r"/[0-9a-f-]{36}/")


def page_keys(path: str) -> tuple[tuple[str, str], ...]:
    """The keys of a page, beside those of every page."""
    kind = _ID_INSIDE.sub("/*/", path.rpartition("/")[0] + "/")
    return PAGE_KEYS.get(path) or PAGE_KEYS.get(kind, ())


LIVE_TYPES = (
    "context.changed",
    *(f"handoff.{state}" for state in HandoffState),
    *(f"callback.{state}" for state in CallbackState),
    *(f"call.{phase}" for phase in CallPhase),
    AGENT_CHANGED,
    LOOKING_CHANGED,
)
"""The events that pages hear of."""
