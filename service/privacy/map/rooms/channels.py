"""Doors of channels, what came through them, mail, and the tokens of forms."""

from service.privacy.map.columns import (
    WHILE_SET,
    behaviour,
    configuration,
    contact,
    content,
    identity,
    link,
    of_nobody,
    table,
    technical,
)
from service.privacy.map.model import OnErase

_NAMED_IN_IT = (
    "payload_id IN (SELECT payload_id FROM channel_delivery WHERE customer_ids && $1::uuid[])"
    " OR EXISTS (SELECT 1 FROM identity i WHERE i.customer_id = ANY($1::uuid[]) AND length(i.value) >= 6"
    " AND (position(convert_to(ltrim(i.value, '+'), 'UTF8') IN raw) > 0"
    " OR position(ltrim(i.value, '+') IN rest || ' ' || query_string) > 0))"
    " OR EXISTS (SELECT 1 FROM interaction t WHERE t.customer_id = ANY($1::uuid[])"
    " AND t.key_id = instance_id"
    " AND t.registered_at BETWEEN received_at AND received_at + interval '10 seconds')"
)
"""A payload has no customer: the log of deliveries knows some, an identity in the text or the moment tells the others.

Shorter identities stand in too many payloads of others. A payload of a neighbour that came through the same door at the
same moment goes too; it is a copy for repeating only.
"""
_OF_THEIR_MATTERS = "conversation_id IN (SELECT conversation_id FROM conversation WHERE customer_id = ANY($1::uuid[]))"

CHANNEL_PAYLOAD = table(
    "channel_payload",
    technical("payload_id instance_id received_at method taken"),
    content(
        "rest query_string headers raw", exported=False, holds="a delivery as it came; the export has what it became"
    ),
    kept="ASKONCE_CHANNEL_PAYLOAD_DAYS",
    rows_of=_NAMED_IN_IT,
)
CHANNEL_DELIVERY = table(
    "channel_delivery",
    technical("instance_id delivery_id received_at outcome problem detail latency_ms registered duplicates payload_id"),
    link("interaction_ids customer_ids handoff_ids"),
    kept="days, and the 200 last of an outcome",
    rows_of="customer_ids && $1::uuid[]",
    on_erase=OnErase.PSEUDONYMISE,
    pseudonymised="customer_ids = ARRAY(SELECT unnest(customer_ids) EXCEPT SELECT unnest($1::uuid[])),"
    " interaction_ids = '{}', handoff_ids = '{}', detail = NULL, payload_id = NULL",
    reason="How a door worked, without whom it was about.",
)
MAIL_MESSAGE = table(
    "mail_message",
    technical("message_id_digest seen_at"),
    link("conversation_id"),
    content("outgoing attempt", exported=False, holds="what was tried with a mail of ours"),
    rows_of=_OF_THEIR_MATTERS,
    kept="ASKONCE_INTERACTION_DAYS",
)
MAIL_UNDELIVERABLE = table(
    "mail_undeliverable",
    contact("address bounces since last_at", holds="an address that mail of ours did not reach"),
    kept="until a mail reaches it",
    rows_of="address IN (SELECT value FROM identity WHERE kind = 'email' AND customer_id = ANY($1::uuid[]))"
    " OR address IN (SELECT value #>> '{}' FROM customer_value WHERE customer_id = ANY($1::uuid[]))"
    " OR address IN (SELECT value #>> '{}' FROM fact WHERE customer_id = ANY($1::uuid[]))",
)
FORM_TOKEN = table(
    "form_token",
    technical("token_hash key_id identity_kind identity_verified assurance"),
    link("customer_id conversation_id"),
    identity("identity_value", exported=False),
    behaviour("form draft subject fields expires_at submitted_at conversation_ref", exported=False),
    kept="hours, until it expires",
    rows_of="customer_id = ANY($1::uuid[]) OR (identity_kind, identity_value) IN"
    " (SELECT kind, value FROM identity WHERE customer_id = ANY($1::uuid[]))",
)
CHANNEL_INSTANCE = of_nobody(
    "channel_instance", configuration("instance_id adapter name secret settings created_at"), kept=WHILE_SET
)
CHANNEL_DELIVERY_COUNT = of_nobody(
    "channel_delivery_count", technical("instance_id counted_on outcome deliveries"), kept="months, counts alone"
)
CHANNEL_TOKEN = of_nobody(
    "channel_token",
    technical("instance_id token content seen_at"),
    kept="minutes",
    reason="SHA-256 of a vendor's signature and of the delivery; it goes by itself.",
)
MAIL_KEY = of_nobody("mail_key", configuration("one key"))
MAILBOX_PLACE = of_nobody("mailbox_place", technical("instance_id mailbox uid_validity last_uid changed_at"))
LISTENER_LEASE = of_nobody("listener_lease", technical("instance_id owner expires_at"))
TABLES = (
    CHANNEL_PAYLOAD,
    CHANNEL_DELIVERY,
    MAIL_MESSAGE,
    MAIL_UNDELIVERABLE,
    FORM_TOKEN,
    CHANNEL_INSTANCE,
    CHANNEL_DELIVERY_COUNT,
    CHANNEL_TOKEN,
    MAIL_KEY,
    MAILBOX_PLACE,
    LISTENER_LEASE,
)
