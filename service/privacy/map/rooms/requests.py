"""What customers ask for under the GDPR."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import FOR_EVER, agent, behaviour, content, link, table, technical
from service.privacy.map.model import Masked, OnErase

PRIVACY_REQUEST = table(
    "privacy_request",
    link("request_id customer_id"),
    technical("identity_digest", holds="a keyed hash of the identity by which the customer was named"),
    behaviour("kind state purposes received_at due_on extended verified_at ended_at"),
    content("reason", masked=Masked.OTHERS, holds="how and why it was asked for"),
    purpose=Purpose.SECURITY,
    kept=FOR_EVER,
    on_erase=OnErase.PSEUDONYMISE,
    pseudonymised="reason = NULL",
    reason="It shows that what a customer asked for was done in time; what was said is emptied.",
)
PRIVACY_REQUEST_STEP = table(
    "privacy_request_step",
    link("request_id"),
    technical("step"),
    behaviour("at action"),
    agent("key_id done_by"),
    content("note", masked=Masked.OTHERS, holds="what was written beside a step"),
    purpose=Purpose.SECURITY,
    kept=FOR_EVER,
    rows_of="request_id IN (SELECT request_id FROM privacy_request WHERE customer_id = ANY($1::uuid[]))",
    on_erase=OnErase.PSEUDONYMISE,
    pseudonymised="note = NULL",
    reason="It shows who did what with a request; what was written is emptied.",
)
TABLES = (PRIVACY_REQUEST, PRIVACY_REQUEST_STEP)
