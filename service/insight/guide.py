"""The company's guidance as one process knows it: read from the database, and injected where views are rendered."""

from collections.abc import Mapping
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from service.context.content import Context
from service.context.guidance.guide import GuideLoader
from service.context.guidance.model import NO_GUIDANCE, Guidance
from service.context.guidance.texts import told_to_bots
from service.db.pool import Connection
from service.insight.advice.advice import Advice
from service.insight.advice.prepared import ClosingQueues
from service.insight.advice.repository import read_active_rules, read_queue_hours
from service.insight.advice.shipped import SHIPPED_RULES
from service.insight.published_texts import PublishedTexts, read_published_texts
from service.model.vocabulary import Audience, Channel, Purpose
from service.settings.model import Settings


class CompanyGuide:
    """What the company advises: actions by rules, content and notices."""

    def __init__(self, stamp: str, advice: Advice, texts: PublishedTexts) -> None:
        self.stamp = stamp
        self.advice = advice
        self.texts = texts

    def advise(self, context: Context, audience: Audience, /, *, texts: bool = True) -> Guidance:
        """What is advised at `as_of`; `context` has only what the audience may know. Without `texts` actions alone."""
        profiled = Purpose.PROFILING not in context.refused
        guidance = self.advice.advise(context, audience) if profiled else NO_GUIDANCE
        if not texts:
            return guidance
        if audience is not Audience.BOT:
            return self.texts.add_to(guidance, context, None)
        told = self.texts.add_to(guidance, context, Channel.CHATBOT)
        content = tuple(replace(one, because=told_to_bots(one.because)) for one in told.content)
        return replace(told, content=content)


def guide_loader(settings: Settings) -> GuideLoader:
    """How this process reads its guide."""
    zone, language = ZoneInfo(settings.time_zone), settings.default_language
    release = _release_stamp(SHIPPED_RULES, settings)

    async def load(connection: Connection, version: int) -> CompanyGuide:
        rules = await read_active_rules(connection)
        closing = ClosingQueues(await read_queue_hours(connection))
        texts = await read_published_texts(connection, language)
        return CompanyGuide(f"{version}.{release}", Advice(rules, closing, zone, language), texts)

    return load


def _release_stamp(shipped: Mapping[str, msgspec.Struct], settings: Settings) -> str:
    """A name of what views show without the database: what the release brings, and the settings it is shown by."""
    data = msgspec.json.encode((dict(shipped), settings.time_zone, settings.default_language))
    return sha256(data).hexdigest()[:8]
