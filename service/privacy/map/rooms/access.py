"""Keys, agents and their sessions, and who read what."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import (
    CONSOLE,
    access,
    agent,
    configuration,
    link,
    of_nobody,
    staff,
    table,
    technical,
)
from service.privacy.map.model import OnErase

READ_AUDIT = table(
    "read_audit",
    access("read_at view", exported=True),
    agent("key_id", holds="the key that read"),
    link("customer_ids"),
    purpose=Purpose.SECURITY,
    kept="ASKONCE_READ_AUDIT_DAYS",
    rows_of="customer_ids && $1::uuid[]",
    on_erase=OnErase.PSEUDONYMISE,
    pseudonymised="customer_ids = ARRAY(SELECT unnest(customer_ids) EXCEPT SELECT unnest($1::uuid[]))",
    reason="A line is about all that a key read in a second; the others may still ask who looked.",
)
IDEMPOTENCY = table(
    "idempotency",
    technical("key_id idempotency_key fingerprint status created_at", holds="how a request was answered, by hashes"),
    link("resource_id"),
    purpose=Purpose.OPERATION,
    kept="ASKONCE_IDEMPOTENCY_DAYS",
    rows_of="resource_id = ANY($1::uuid[])"
    + "".join(
        f" OR resource_id IN (SELECT {name}_id FROM {name} WHERE customer_id = ANY($1::uuid[]))"
        for name in ("handoff", "callback", "condition", "survey", "conversation")
    ),
)
AGENT_ACCOUNT = of_nobody(
    "agent_account",
    staff("account_id name name_key role queues language oidc_issuer oidc_subject created_at disabled_at"),
    staff("password_hash", holds="Argon2id"),
    technical("space_id"),
    kept="until the operator deletes it",
)
AGENT = of_nobody(
    "agent",
    staff("name available queues skills languages seen_at absent_at there_since", CONSOLE),
    kept="while it is used",
)
AGENT_SESSION = of_nobody(
    "agent_session",
    staff("session_hash account_id password_due opened_at seen_at ends_at"),
    kept="ASKONCE_SESSION_HOURS",
    purpose=Purpose.SECURITY,
)
AGENT_NETWORK = of_nobody(
    "agent_network", staff("account_id network_hash signed_in_at"), kept="days", purpose=Purpose.SECURITY
)
SIGN_IN_LINK = of_nobody(
    "sign_in_link",
    staff("token_hash account_id asks_password created_at expires_at used_at"),
    kept="ASKONCE_SIGN_IN_LINK_HOURS",
    purpose=Purpose.SECURITY,
)
USED_PRE_SESSION = of_nobody(
    "used_pre_session", technical("pre_session_hash used_at"), kept="minutes", purpose=Purpose.SECURITY
)
API_KEY = of_nobody(
    "api_key",
    configuration("key_id key_hash role name queue store created_at expires_at revoked_at space_id"),
    purpose=Purpose.SECURITY,
)
CONFIRMATION_PAUSE = of_nobody(
    "confirmation_pause", technical("key_id wrong tried_at ends_at"), kept="hours", purpose=Purpose.SECURITY
)
LOOK_UP_BUDGET = of_nobody(
    "look_up_budget", technical("key_id counted period starts_at taken"), kept="a day", purpose=Purpose.SECURITY
)
SOURCE_SPACE = of_nobody("source_space", configuration("space_id name"))
TABLES = (
    IDEMPOTENCY,
    READ_AUDIT,
    AGENT_ACCOUNT,
    AGENT,
    AGENT_SESSION,
    AGENT_NETWORK,
    SIGN_IN_LINK,
    USED_PRE_SESSION,
    API_KEY,
    CONFIRMATION_PAUSE,
    LOOK_UP_BUDGET,
    SOURCE_SPACE,
)
