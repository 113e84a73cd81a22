"""What other systems say of a customer, and the golden record made of it."""

from service.model.vocabulary import Purpose
from service.privacy.map.columns import (
    CONSOLE,
    KNOWN_BY_NAME,
    agent,
    behaviour,
    configuration,
    content,
    identity,
    link,
    of_nobody,
    profile,
    table,
    technical,
)
from service.privacy.map.model import Masked

GOLDEN_PIN = table(
    "golden_pin",
    link("customer_id"),
    identity("field value pinned_at", CONSOLE, holds="a value that a person decided for"),
    content("note", CONSOLE, masked=Masked.OTHERS),
    agent("key_id", CONSOLE),
)
GOLDEN_CHANGE = table(
    "golden_change",
    identity("source external_id told", exported=False, holds="digests of what the source's record was told"),
    link("customer_id"),
    behaviour("changed_at", exported=False),
    technical("sequence delivered due_at leased_until sent queued_at tries failure"),
)
CUSTOMER_VALUE = table(
    "customer_value",
    link("customer_id value_id"),
    identity("source external_id field value stated_at", KNOWN_BY_NAME, holds="what a source's record states"),
    identity("verified ended_at", CONSOLE),
    identity("normal", exported=False, holds="the value as it is compared"),
    profile("quality", CONSOLE, holds="whether the value can be right"),
    technical("position registered_at"),
    kept="while the source states it; former ones: ASKONCE_FORMER_VALUE_DAYS",
)
SOURCE_RECORD = table(
    "source_record",
    identity("source external_id stated_at verified", CONSOLE),
    identity("name", CONSOLE),
    identity("name_key", exported=False, holds="the name as it is searched by"),
    link("customer_id"),
    technical("created_at changed_at"),
)
QUALITY_COUNT = of_nobody(
    "quality_count",
    technical("source field verdict values"),
    purpose=Purpose.ANALYSIS,
    reason="Counts of values; erasing a value with a judgement adds a row of -1.",
)
SOURCE = of_nobody("source", configuration("source title trust webhook changed_at"))
SURVIVORSHIP = of_nobody("survivorship", configuration("field rule sources"))
GOLDEN_POSITION = of_nobody(
    "golden_position",
    technical("is_only event_id rules sequence"),
    technical("sweep", holds="the id of the customer that a run over all has come to"),
    kept="while a run lasts",
)
GOLDEN_CLAIMS = of_nobody("golden_claims", technical("is_only"))
PLACE = of_nobody("place", configuration("country postal_code place_key place"))
IMPORT_PROGRESS = of_nobody(
    "import_progress",
    technical("file_hash kind rows_read rows_stored rows_known rows_refused updated_at"),
    kept="days after the import",
)
TABLES = (
    GOLDEN_PIN,
    GOLDEN_CHANGE,
    QUALITY_COUNT,
    SOURCE,
    SURVIVORSHIP,
    GOLDEN_POSITION,
    GOLDEN_CLAIMS,
    PLACE,
    IMPORT_PROGRESS,
)
LAST_TABLES = (CUSTOMER_VALUE, SOURCE_RECORD)
"""Addresses of mail that did not arrive are found through these."""
