"""What a customer's data may be used for, and what keeps it from erasure."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import agent, behaviour, content, link, staff, table, technical
from service.privacy.map.model import Masked

TABLES = (
    table(
        "consent",
        link("customer_id consent_id"),
        behaviour(
            "purpose channel given basis source stated_at recorded_at", holds="what the customer said of a purpose"
        ),
        agent("key_id recorded_by"),
    ),
    table(
        "restriction",
        link("customer_id survivor_id"),
        technical("version"),
        behaviour("since lifted_at"),
        content(
            "reason lift_reason",
            masked=Masked.OTHERS,
            holds="why the customer is restricted, or is not any more",
        ),
        agent("key_id set_by lifted_by"),
    ),
    table(
        "hold",
        link("customer_id"),
        content("name reason until set_at", exported=False, holds="why nothing is erased, which may prepare a lawsuit"),
        staff("key_id set_by"),
        purpose=Purpose.SECURITY,
    ),
)
