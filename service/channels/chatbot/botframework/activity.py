"""Activities of the Bot Framework, as interactions: what was said live, and what a transcript tells of.

https://github.com/microsoft/botframework-sdk/blob/main/specs/botframework-activity/botframework-activity.md
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from service.channels import lenient
from service.channels.base import ChannelAccount
from service.channels.chatbot.botframework.token import BotFrameworkSettings
from service.errors import InvalidInput
from service.model.interaction import MAX_IDENTITY_CHARS, ConversationHint, IdentityClaim, Interaction, Participant
from service.model.vocabulary import Channel, Direction, IdentityKind, InteractionKind, ParticipantRole

INITIATE = "handoff.initiate"
MAX_LINES = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_STEP = timedelta(milliseconds=1)
_CHANNELS = {"email": Channel.EMAIL, "facebook": Channel.SOCIAL, "sms": Channel.PHONE, "telephony": Channel.PHONE}
"""Channel of the connector -> ours; every other one is a chat."""
_NO_FACTS = {"Skill": "", "skill": ""}


class Activity(Struct, frozen=True, kw_only=True, rename="camel"):
    """One activity: a message, or an event such as the wish to hand off."""

    type: str
    id: Any = None
    name: Any = None
    text: Any = None
    value: Any = None
    timestamp: Any = None
    locale: Any = None
    channel_id: Any = None
    service_url: Any = None
    reply_to_id: Any = None
    conversation: Any = None
    from_: Any = field(default=None, name="from")
    recipient: Any = None
    relates_to: Any = None
    attachments: Any = None
    suggested_actions: Any = None

    @property
    def ref(self) -> str:
        """The id of the conversation. InvalidInput without one."""
        found = lenient.text(lenient.dig(self.conversation, "id"), 10_000)
        if found is None:
            raise InvalidInput(field="conversation.id", message="The conversation's id is needed.")
        return lenient.fit_id(found, 200)

    @property
    def own_id(self) -> str:
        """The id of the activity; what a bot sends has none until it is answered with one."""
        return lenient.text(self.id, 1000) or lenient.fingerprint(msgspec.to_builtins(self))

    @property
    def is_initiation(self) -> bool:
        """Whether the bot hands off."""
        return self.type == "event" and self.name == INITIATE

    @property
    def bot_id(self) -> object:
        """The bot's id, if the activity says which it is."""
        return lenient.dig(self.relates_to, "bot.id")

    def is_by_bot(self, bot_id: object) -> bool:
        """Whether the bot of this id acts; not every channel tells roles."""
        by_role = lenient.dig(self.from_, "role") == "bot" or lenient.dig(self.recipient, "role") == "user"
        return by_role or (bot_id is not None and lenient.dig(self.from_, "id") == bot_id)

    @property
    def customer(self) -> object:
        """The account of the customer, as far as it is known."""
        return lenient.dig(self.relates_to, "user") or (self.recipient if self.is_by_bot(self.bot_id) else self.from_)


def base_interaction(activity: Activity, account: ChannelAccount, received_at: datetime) -> Interaction:
    """What every activity has; its id counts within its conversation."""
    channel_id = str(activity.channel_id)
    locale = lenient.text(activity.locale, 35)
    return Interaction(
        source=account.source,
        source_event_id=lenient.fit_id(f"{activity.ref}:{activity.own_id}", 480),
        occurred_at=lenient.moment(activity.timestamp, received_at),
        channel=_CHANNELS.get(channel_id, Channel.CHATBOT),
        kind=InteractionKind.OTHER,
        direction=Direction.INTERNAL,
        identities=tuple(_identities(lenient.text(lenient.dig(activity.customer, "id"), 1000), channel_id, account)),
        conversation=ConversationHint(ref=activity.ref),
        language=locale if locale and _LANGUAGE.fullmatch(locale) else None,
    )


def _identities(customer: str | None, channel_id: str, account: ChannelAccount) -> Iterator[IdentityClaim]:
    """How the customer is known to the bot, and elsewhere if that is a number or an address."""
    if customer is None:
        return
    yield IdentityClaim(
        kind=IdentityKind.EXTERNAL, value=lenient.fit_id(f"{account.source}:{customer}", MAX_IDENTITY_CHARS)
    )
    if (number := lenient.phone(customer)) is not None:
        yield IdentityClaim(kind=IdentityKind.PHONE, value=number)
    elif channel_id == "email":
        yield IdentityClaim(kind=IdentityKind.EMAIL, value=customer[:MAX_IDENTITY_CHARS])


def interaction_of_activity(activity: Activity, bare: Interaction, bot_id: object) -> Interaction:
    """A message as what was said, anything else as `other`."""
    if activity.type != "message":
        beside = {"type": activity.type, "name": activity.name, "value": activity.value}
        return replace(bare, source_event_id=f"{bare.source_event_id}:other", data=lenient.compact(beside))
    by_bot = activity.is_by_bot(bot_id)
    speaker = ParticipantRole.BOT if by_bot else ParticipantRole.CUSTOMER
    beside = {"attachments": activity.attachments, "value": activity.value, "suggested": activity.suggested_actions}
    return replace(
        bare,
        kind=InteractionKind.MESSAGE,
        direction=Direction.OUTBOUND if by_bot else Direction.INBOUND,
        participant=Participant(role=speaker, name=lenient.text(lenient.dig(activity.from_, "name"), 200)),
        text=lenient.text(activity.text, 100_000),
        data=lenient.compact(beside),
    )


def transcript_lines(activity: Activity, bare: Interaction) -> Iterator[Interaction]:
    """The latest messages of the transcript; those without a time were said just before, one after another."""
    messages = [one for one in _attachment_text(activity) if one.type == "message"][-MAX_LINES:]
    for number, message in enumerate(messages):
        own = lenient.text(message.id, 1000) or lenient.fingerprint([number, msgspec.to_builtins(message)])
        before = bare.occurred_at - (len(messages) - number) * _STEP
        yield interaction_of_activity(
            message,
            replace(
                bare,
                source_event_id=lenient.fit_id(f"{activity.ref}:{own}", 480),
                occurred_at=lenient.moment(message.timestamp, before),
            ),
            activity.bot_id,
        )


def _attachment_text(activity: Activity) -> Iterator[Activity]:
    attachments = activity.attachments if isinstance(activity.attachments, list) else []
    for attachment in attachments:
        activities = lenient.dig(attachment, "content.activities")
        if lenient.dig(attachment, "name") == "Transcript" and isinstance(activities, list):
            for one in activities:
                try:
                    yield msgspec.convert(one, Activity)
                except msgspec.ValidationError:  # no activity
                    continue


def facts_interaction(activity: Activity, bare: Interaction, account: ChannelAccount) -> Interaction:
    """What the bot tells of the matter when it hands off."""
    settings: BotFrameworkSettings = account.settings
    value = activity.value if isinstance(activity.value, dict) else {}
    claims = tuple(
        IdentityClaim(kind=kind, value=text)
        for name, kind in settings.identities.items()
        if (text := lenient.text(value.get(name), MAX_IDENTITY_CHARS)) is not None
    )
    return replace(
        bare,
        kind=InteractionKind.SYSTEM,
        participant=Participant(role=ParticipantRole.BOT),
        identities=(*bare.identities, *claims)[:10],
        facts=lenient.facts(value, {**_NO_FACTS, **settings.facts}),
        data=lenient.compact({"value": activity.value}),
    )
