"""Every door: a new one is one line here."""

from service.channels.base import Adapter
from service.channels.chatbot import chatwoot
from service.channels.chatbot.botframework import door as botframework
from service.channels.chatbot.rasa import door as rasa
from service.channels.email import mailgun, postmark, raw, resend, sendgrid
from service.channels.phone import cti, twilio
from service.channels.phone.asterisk import door as asterisk
from service.channels.social.meta import door as meta
from service.channels.web.segment import door as segment

_DOORS: tuple[Adapter, ...] = (
    asterisk.ADAPTER,
    botframework.ADAPTER,
    chatwoot.ADAPTER,
    cti.ADAPTER,
    mailgun.ADAPTER,
    meta.ADAPTER,
    postmark.ADAPTER,
    rasa.ADAPTER,
    raw.ADAPTER,
    resend.ADAPTER,
    segment.ADAPTER,
    sendgrid.ADAPTER,
    twilio.ADAPTER,
)
ADAPTERS = {adapter.name: adapter for adapter in _DOORS}
"""Adapters by name."""
