"""Erasures, their receipts, and the tombstones of who was erased."""

from service.privacy.map.columns import FOR_EVER, content, link, of_nobody, staff, table, technical
from service.privacy.map.model import OnErase

TABLES = (
    table(
        "erasure",
        technical("erasure_id state ordered_at erased_at due_at request_id sequence receipt_hash"),
        link("customer_ids"),
        staff("ordered_by"),
        content("reason", exported=False, holds="why it was ordered; it names no person"),
        content("pending", exported=False, holds="what its last steps look for; empty once it is done"),
        technical("receipt"),
        kept=FOR_EVER,
        rows_of="customer_ids && $1::uuid[]",
        on_erase=OnErase.KEEP,
        reason="The receipt is the proof that the erasure was carried out; it holds ids, times and counts.",
    ),
    table(
        "erased_customer",
        link("customer_id"),
        technical("erasure_id erased_at"),
        kept=FOR_EVER,
        on_erase=OnErase.KEEP,
        reason="The id answers that its customer was erased.",
    ),
    of_nobody(
        "erased_identity",
        technical("digest erasure_id refused_until"),
        kept=FOR_EVER,
        reason="A keyed hash of each identity keeps what comes late from being taken.",
    ),
    of_nobody("erasure_key", technical("only_row inner_pad outer_pad"), kept=FOR_EVER),
)
