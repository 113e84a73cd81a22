"""Where data of people may be outside of the tables: in Redis, in files, in logs, in events, in metrics."""

from service.privacy.map.columns import Columns, agent, behaviour, configuration, content, link, profile, technical
from service.privacy.map.model import Category, MappedPlace, OnErase

_AS_LONG_AS_CACHED = "ASKONCE_CONTEXT_TTL_S, a day at most"
_OF_THE_LOG = "as long as the log's reader keeps it"

REDIS_KEYS = (
    MappedPlace(
        "ctx:",
        "the rendered views of a customer, by the customer's id; nothing that PostgreSQL has not",
        Category.CONTENT,
        _AS_LONG_AS_CACHED,
    ),
    MappedPlace("lease:", "that a process is about to fill a customer's views", Category.TECHNICAL, "seconds"),
    MappedPlace(
        "idn:",
        "which customer has an identity, by the SHA-256 of the identity",
        Category.IDENTITY,
        _AS_LONG_AS_CACHED,
    ),
    MappedPlace(
        "console:",
        "what open pages of the console must know at once: `looks:`, `writes:` and the notices of changes",
        Category.STAFF,
        "a minute after the last sign of life",
        OnErase.KEEP,
        "It names agents and ids of pages, and goes by itself.",
    ),
    MappedPlace(
        "looks:",
        "within console: which agents look at a page, by their names",
        Category.STAFF,
        "a minute after the last sign of life",
        OnErase.KEEP,
        "It names agents and ids of pages, and goes by itself.",
    ),
    MappedPlace(
        "writes:",
        "within console: which agents write on a page, by their names",
        Category.STAFF,
        "a minute after the last sign of life",
        OnErase.KEEP,
        "It names agents and ids of pages, and goes by itself.",
    ),
    MappedPlace(
        "wal:",
        "how far PostgreSQL was",
        Category.TECHNICAL,
        "while the cache is trusted",
        OnErase.KEEP,
        "It names nobody.",
    ),
    MappedPlace(
        "exp:",
        "a field beside the views: until when they hold",
        Category.TECHNICAL,
        _AS_LONG_AS_CACHED,
    ),
)

FILES = (
    MappedPlace(
        "postgres/",
        "the tables, as PostgreSQL stores them, and its write-ahead log",
        Category.CONTENT,
        "as the tables; bytes of deleted rows until they are vacuumed, of the log until it is recycled",
    ),
    MappedPlace(
        "postgres.log",
        "errors of PostgreSQL, without statements and values",
        Category.TECHNICAL,
        "while the folder exists",
        OnErase.KEEP,
        "PostgreSQL is told to log no parameters.",
    ),
    MappedPlace(
        "valkey.log",
        "errors of Valkey",
        Category.TECHNICAL,
        "while the folder exists",
        OnErase.KEEP,
        "It names nobody.",
    ),
    MappedPlace(
        "attachments/",
        "attachments of mail, in the data folder, in another one, or in a bucket (ASKONCE_ATTACHMENTS_DIR)",
        Category.CONTENT,
        "ASKONCE_ATTACHMENT_DAYS; in a bucket its own rules hold",
    ),
    MappedPlace(
        "erasures.jsonl",
        "the ledger of erasures: ids, times and keyed hashes (or where ASKONCE_ERASURES_FILE says)",
        Category.IDENTITY,
        "for ever",
        OnErase.KEEP,
        "A restored backup is erased again by it before it serves.",
    ),
    MappedPlace(
        "run/",
        "sockets of the servers",
        Category.TECHNICAL,
        "while the service runs",
        OnErase.KEEP,
        "They hold no data.",
    ),
    MappedPlace(
        "binaries/",
        "programs of the servers",
        Category.TECHNICAL,
        "while the folder exists",
        OnErase.KEEP,
        "They hold no data.",
    ),
    MappedPlace(
        "endpoints.json",
        "where the running servers listen",
        Category.TECHNICAL,
        "while the service runs",
        OnErase.KEEP,
        "It names nobody.",
    ),
    MappedPlace(
        "owner.lock",
        "which process owns the folder",
        Category.TECHNICAL,
        "while the folder exists",
        OnErase.KEEP,
        "It names nobody.",
    ),
    MappedPlace(
        "askonce-backup.json",
        "what a backup is of; beside it are copies of postgres/ and attachments/",
        Category.CONTENT,
        "until the operator deletes the backup",
        OnErase.KEEP,
        "A backup is not changed: what was erased since is erased again when it is restored.",
    ),
)
"""By their names in a data folder, or in a backup."""

LOG_FIELDS: Columns = (
    link("customer_id handoff_id payload_id timer_id event_id erasure_id")
    | agent("account_id by desk key_id key_ids", holds="the id of an account or key, or the name of a desk")
    | configuration(
        "queue rule segment notice content role webhook webhooks source listener", holds="the name of what is set"
    )
    | technical(
        "request_id event level timestamp error sqlstate at exc_info reason failure failures kind kinds detail field"
    )
    | technical("first", holds="which event of a delivery was refused, and why, without its values")
    | technical("uid", holds="the number of a mail in its mailbox")
    | technical("host port data_dir workers server status step state work statement table counted period waited")
    | technical("added dropped records rows size size_bytes timers tries given_up refused late_s")
    | technical("method route problem ms", holds="an answer, by its route as it is declared")
    | technical("logger function text", holds="what a library told: where from; of the HTTP server also what")
    | technical("erasures places count remedy", holds="how many, or where, and what to do")
    | technical(
        "needed used_by_others allowed limit limit_s setting", holds="connections or seconds, and what sets them"
    )
    | technical("others_running", holds="data folders of this machine on which servers run")
    | technical("newest applied_by", holds="the last migration of a newer askonce, and its version")
)
"""Fields of log lines; lines hold ids, never a name, an address, a number or a text of a customer."""

EVENT_FIELDS: Columns = (
    technical("specversion id type time datacontenttype version sequence", holds="the envelope")
    | link("subject customer_id subject_id handoff_id callback_id call_id notice_id")
    | link("external_ids", holds="ids of records in the source that is told, and of no other")
    | behaviour("state reason", exported=False)
    | link("call_ref", holds="the telephone system's own name of a call")
    | profile("level codes", exported=False, holds="that a customer may leave, and by which rules")
    | configuration("source queue from until queues segments customers channels", holds="the company's own, and counts")
    | content("data", exported=False, holds="the fields beside")
)
"""Fields of events, as streams and webhooks have them: ids and states."""

METRIC_LABELS: Columns = technical(
    "batch result queue method route status state follower work outcome kind role", holds="a name of a closed set"
)
"""Labels of metrics; each has few values, and none is about a customer."""

PLACES: tuple[tuple[str, str, tuple[MappedPlace, ...]], ...] = (
    ("Redis", "Keys that begin with", REDIS_KEYS),
    ("Files", "In the data folder, or in a backup", FILES),
)
FIELDS: tuple[tuple[str, str, Columns, str], ...] = (
    ("Log lines", "Fields, on standard error", LOG_FIELDS, _OF_THE_LOG),
    ("Events and webhooks", "Fields of the messages", EVENT_FIELDS, "ASKONCE_EVENT_HOURS; at the receiver as agreed"),
    ("Metrics", "Labels", METRIC_LABELS, "as long as the reader of the metrics keeps them"),
)
