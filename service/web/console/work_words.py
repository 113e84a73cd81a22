"""Words and icons of lists of work: who gave it, by which channel, how urgent it is, and the keys along it."""

from service.desks.worklist import CallbackUrgency
from service.model.vocabulary import CallbackState, CallPhase, Channel, HandoffState, Role
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
LIVE_TYPES = (
    "context.changed",
    *(f"handoff.{state}" for state in HandoffState),
    *(f"callback.{state}" for state in CallbackState),
    *(f"call.{phase}" for phase in CallPhase),
)
"""The events that pages hear of."""
