"""Bot Framework: what is said with a bot, its `handoff.initiate` with transcript, and how it hears what became of it.

https://learn.microsoft.com/azure/bot-service/bot-service-design-pattern-handoff-human; seen on botbuilder 4.23.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from service.channels import lenient
from service.channels.base import (
    Adapter,
    ChannelAccount,
    Delivery,
    DeliveryReply,
    DeliveryResult,
    DoorOutput,
    HandoffOrder,
    HandoffReport,
)
from service.channels.chatbot.botframework.activity import (
    INITIATE,
    Activity,
    base_interaction,
    facts_interaction,
    interaction_of_activity,
    transcript_lines,
)
from service.channels.chatbot.botframework.token import BotFrameworkSettings, verify
from service.handoff.model import ConversationKey, HandoffReason, HandoffRequest, HandoffTarget, TranscriptLine
from service.model.interaction import Interaction, JsonObject
from service.model.vocabulary import HandoffMode, HandoffState

_MB = 1024 * 1024
_DOOR = "/v1/channels/botframework"
_NOT_SAID = frozenset({"conversationUpdate", "installationUpdate", "trace", "typing"})
_REPORTED = {
    HandoffState.ACCEPTED: "accepted",
    HandoffState.COMPLETED: "completed",
    HandoffState.RETURNED: "completed",
    HandoffState.FAILED: "failed",
    HandoffState.FELL_BACK: "failed",
    HandoffState.WITHDRAWN: "failed",
}
"""What became of a handoff -> the state that a bot is told."""


def parse(delivery: Delivery, account: ChannelAccount) -> Sequence[DoorOutput]:
    """What was said; of a handoff everything in its transcript, once, what the bot knows, and the handoff."""
    activity = lenient.decode_json(delivery.raw, Activity)
    if activity.type in _NOT_SAID:
        return ()
    bare = base_interaction(activity, account, delivery.received_at)
    if not activity.is_initiation:
        return (interaction_of_activity(activity, bare, activity.bot_id),)
    said = list(transcript_lines(activity, bare))
    return (*said, facts_interaction(activity, bare, account), *_orders(activity, bare, said, account))


def answer(delivery: Delivery, _instance: ChannelAccount, taken: DeliveryResult) -> DeliveryReply:
    """The id of the activity; a bot whose handoff could not be made hears why."""
    activity = lenient.decode_json(delivery.raw, Activity)
    if activity.is_initiation and not taken.handoffs:
        return refuse(400, " ".join(taken.refused) or "The handoff does not say whose it is.")
    return DeliveryReply(body=msgspec.json.encode({"id": activity.own_id}))


def refuse(status: int, sentence: str) -> DeliveryReply:
    """A refusal as clients of the connector read it."""
    return DeliveryReply(status=status, body=msgspec.json.encode({"error": {"code": "Refused", "message": sentence}}))


def _orders(
    activity: Activity, bare: Interaction, said: Sequence[Interaction], account: ChannelAccount
) -> Iterator[HandoffOrder]:
    """The handoff, if it names its customer."""
    if not bare.identities:
        return
    skill = _handoff_skill(activity.value)
    queue = account.settings.queues.get(skill, account.settings.queue)
    lines = (
        TranscriptLine(role=one.participant.role, text=one.text[:10_000], at=one.occurred_at)
        for one in said
        if one.participant is not None and one.text
    )
    yield HandoffOrder(
        event_id=lenient.fit_id(f"handoff:{bare.source_event_id}", 200),
        request=HandoffRequest(
            to=HandoffTarget(queue=queue),
            identity=bare.identities[0],
            conversation=ConversationKey(ref=activity.ref),
            mode=HandoffMode.PASS,
            reason=HandoffReason(code=skill, text=lenient.text(activity.text, 10_000)),
            transcript=tuple(lines),
        ),
        report=_report(activity, account.settings),
    )


def _handoff_skill(value: object) -> str | None:
    """What the bot asks for, as the agent hubs of Microsoft's examples name it."""
    return lenient.text(lenient.dig(value, "Skill") or lenient.dig(value, "skill"), 200)


def _report(activity: Activity, settings: BotFrameworkSettings) -> HandoffReport | None:
    """Where and how the bot hears what becomes of the handoff."""
    service = (lenient.text(activity.service_url, 2000) or "").rstrip("/")
    ours = not service or _DOOR in service  # a bot that speaks to this door directly needs a `status_url`
    there = "" if ours else f"{service}/v3/conversations/{quote(activity.ref, safe='')}/activities"
    url = settings.status_url or there
    bodies = {state: _status(activity, state, word) for state, word in _REPORTED.items()}
    return HandoffReport(url=url, bodies=bodies) if url else None


def _status(activity: Activity, state: HandoffState, word: str) -> JsonObject:
    """The event that tells of a state; `relatesTo` lets the bot go on with the conversation."""
    return {
        "type": "event",
        "name": "handoff.status",
        "value": {"state": word, "message": state.value},
        "conversation": activity.conversation,
        "channelId": activity.channel_id,
        "serviceUrl": activity.service_url,
        "from": lenient.dig(activity.relates_to, "user") or activity.from_,
        "recipient": lenient.dig(activity.relates_to, "bot") or activity.recipient,
        "relatesTo": activity.relates_to,
        "replyToId": activity.id,
    }


def _samples(account: ChannelAccount) -> Sequence[Delivery]:
    """A bot that hands off with two lines of transcript."""
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    user, bot = {"id": "user-1", "name": "Anna", "role": "user"}, {"id": "bot", "name": "ShopBot", "role": "bot"}
    said = [
        {"type": "message", "id": "m1", "from": user, "text": "Where is my parcel?"},
        {"type": "message", "id": "m2", "from": bot, "text": "What is your order number?"},
    ]
    body = {
        "type": "event",
        "name": INITIATE,
        "id": "sample-1",
        "timestamp": now.isoformat(),
        "conversation": {"id": "sample"},
        "from": user,
        "value": {"Skill": "parcels", "order_number": "A-1"},
        "attachments": [{"name": "Transcript", "content": {"activities": said}}],
        "channelId": "webchat",
    }
    headers = {"authorization": f"Bearer {account.secret}"}
    return (Delivery(raw=msgspec.json.encode(body), headers=headers, received_at=now),)


ADAPTER = Adapter(
    name="botframework",
    title="Bot Framework",
    verify=verify,
    parse=parse,
    answer=answer,
    refuse=refuse,
    samples=_samples,
    settings=BotFrameworkSettings,
    body_limit_bytes=4 * _MB,
)
