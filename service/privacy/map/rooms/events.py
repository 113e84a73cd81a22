"""What is told to others, and what must happen later."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import (
    THEIRS,
    behaviour,
    configuration,
    link,
    of_nobody,
    table,
    technical,
)
from service.privacy.map.model import OnErase

OUTBOX = table(
    "outbox",
    technical("outbox_id version written_at traceparent"),
    link("customer_id subject_id"),
    behaviour("type created_at", exported=False),
    purpose=Purpose.OPERATION,
    kept="until it has been told, a second",
)
TIMER = table(
    "timer",
    technical("timer_id due_at kind failures"),
    link("customer_id subject_id"),
    purpose=Purpose.OPERATION,
    kept="until it is due",
    rows_of=f"{THEIRS} OR subject_id IN (SELECT handoff_id FROM handoff WHERE customer_id = ANY($1::uuid[]))"
    " OR subject_id IN (SELECT callback_id FROM callback WHERE customer_id = ANY($1::uuid[]))",
)
WEBHOOK_DELIVERY = table(
    "webhook_delivery",
    technical("webhook_id event_id version queued_at due_at tries tried_at failure dead_at traceparent"),
    link("customer_id subject_id"),
    behaviour("type created_at", exported=False),
    purpose=Purpose.OPERATION,
    kept="until it has arrived; given up: ASKONCE_WEBHOOK_DEAD_DAYS",
)
UNDROPPED_VIEW = table(
    "undropped_view",
    link("customer_id"),
    technical("version written_at"),
    purpose=Purpose.OPERATION,
    kept="until Redis is back",
)
EVENT = table(
    "event",
    technical("event_id version"),
    link("customer_id subject_id"),
    behaviour("type created_at", exported=False),
    purpose=Purpose.OPERATION,
    kept="ASKONCE_EVENT_HOURS",
    on_erase=OnErase.KEEP,
    reason="Followers count on numbers without gaps; events hold ids alone, and the month goes within its time.",
)
WEBHOOK = of_nobody(
    "webhook",
    configuration("webhook_id name url types audience queue secret created_at disabled_at paused_at"),
    technical("delivered_at"),
)
WEBHOOK_OLD_SECRET = of_nobody("webhook_old_secret", configuration("webhook_id secret until"), kept="days")
EVENT_COUNT = of_nobody("event_count", technical("events single"))
EVENT_TICKET = of_nobody(
    "event_ticket", technical("ticket_hash key_id expires_at"), kept="a minute", purpose=Purpose.SECURITY
)
TABLES = (
    OUTBOX,
    TIMER,
    WEBHOOK_DELIVERY,
    UNDROPPED_VIEW,
    EVENT,
    WEBHOOK,
    WEBHOOK_OLD_SECRET,
    EVENT_COUNT,
    EVENT_TICKET,
)
