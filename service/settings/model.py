"""The settings: one struct, one line of documentation each, its unit in its name; docs/settings.md is this, printed."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from service.settings.privacy import PrivacySettings

_ROLE_LIMITS = r"^(?:(?:bot|store|partner|channel|console|sales|marketing)=\d{1,9}(?: +|$))+$"


class Settings(PrivacySettings, frozen=True, kw_only=True):
    """Everything an operator can set; the environment variable of a field is ASKONCE_ and its name in capitals."""

    database_url: Annotated[
        str,
        Meta(description="PostgreSQL 15 or newer: postgresql://user:password@host/askonce. Empty: the embedded one."),
    ] = ""
    database_direct_url: Annotated[
        str,
        Meta(
            description="The same database without the pooler (PgBouncer) that ASKONCE_DATABASE_URL leads to, for "
            "migrations and listeners. Empty: there is no pooler."
        ),
    ] = ""
    redis_url: Annotated[
        str,
        Meta(
            description="A Redis 7 protocol server, e.g. redis://host:6379/0, with TLS "
            "rediss://host:6379/0?ssl_ca_certs=FILE and the other ssl_ options of redis-py; the primary that "
            "Sentinels name: redis+sentinel://host:26379,host:26379/name/0; or a cluster: "
            "redis+cluster://host:6379,host:6379. Empty: the embedded Valkey."
        ),
    ] = ""
    data_dir: Annotated[
        Path | None,
        Meta(description="The embedded servers' files. Empty: /var/lib/askonce as root, else the user's data folder."),
    ] = None
    postgres_binaries: Annotated[
        Path | None, Meta(description="A folder with initdb and postgres to use instead of the packaged ones.")
    ] = None
    redis_binary: Annotated[
        Path | None, Meta(description="A redis-server or valkey-server to use instead of the packaged one.")
    ] = None
    embedded_cache_mb: Annotated[int, Meta(ge=16, description="Memory the embedded Valkey may take, in MB.")] = 512
    durable: Annotated[
        bool,
        Meta(
            description="false, for tests: the embedded PostgreSQL may lose writes, and one of yours that may is taken."
        ),
    ] = True

    default_region: Annotated[
        str,
        Meta(
            pattern="^[A-Z]{2}$", description="Region of telephone numbers written without a country code (ISO 3166)."
        ),
    ] = "DE"
    default_language: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
            description="Language of texts for customers where theirs is unknown or no text is in it (BCP 47).",
        ),
    ] = "en"
    time_zone: Annotated[
        str, Meta(description="Time zone of the company's days, months and years (IANA), e.g. for redemption limits.")
    ] = "Europe/Berlin"
    public_url: Annotated[str, Meta(description="The address other systems reach this service by, without a path.")] = (
        ""
    )

    database_connections: Annotated[int, Meta(ge=2, le=200, description="PostgreSQL connections of one process.")] = 8
    registration_batch: Annotated[
        int, Meta(ge=1, le=1000, description="Most interactions that one transaction registers together.")
    ] = 256
    registration_waiting: Annotated[
        int, Meta(ge=1, description="Most interactions waiting for a transaction in one process; beyond it, 503.")
    ] = 4096
    requests_in_flight: Annotated[
        int, Meta(ge=1, description="Most requests one process works on at once; beyond it, 503.")
    ] = 2000
    queue_target_ms: Annotated[
        int,
        Meta(ge=1, description="A request that would wait longer than this for its start, in ms, is refused: 503."),
    ] = 100
    body_timeout_s: Annotated[
        float, Meta(gt=0, description="A body must have arrived after this time, in seconds.")
    ] = 10.0

    write_timeout_s: Annotated[
        float,
        Meta(
            gt=0,
            le=3600,
            description="A connection ends when its caller reads nothing of an answer for so long, in seconds.",
        ),
    ] = 20.0
    connections: Annotated[
        int, Meta(ge=1, description="Most connections that one process keeps open; the rest wait.")
    ] = 4096

    context_ttl_s: Annotated[
        int,
        Meta(
            ge=1,
            le=86_400,
            description="A cached view is rendered anew after this time at the latest, in seconds (up to 10 % "
            "earlier). Every change drops it, and it ends by itself when time changes its content.",
        ),
    ] = 86_400
    contact_facts: Annotated[
        str,
        Meta(
            description="Names of further contact facts, separated by spaces: bots and forms read them of proven "
            "persons alone, as they do address, telephone, e-mail and birthday."
        ),
    ] = ""
    context_stale_s: Annotated[
        int,
        Meta(
            ge=0, le=900, description="For so long after PostgreSQL went down cached views are served, flagged stale."
        ),
    ] = 900
    identity_hints: Annotated[
        int,
        Meta(ge=0, description="Identities of which one process remembers the customer, to save a Redis round trip."),
    ] = 131_072
    reopen_days: Annotated[
        int,
        Meta(ge=0, description="An inbound interaction reopens a resolved conversation of its ref within these days."),
    ] = 7

    survey_interval_days: Annotated[
        int, Meta(ge=0, description="A customer is asked by a survey at most once within these days; 0 for any time.")
    ] = 30

    idempotency_days: Annotated[int, Meta(ge=1, description="How long an Idempotency-Key is remembered.")] = 30
    read_audit_days: Annotated[
        int, Meta(ge=1, description="How long the record of who read whose context is kept.")
    ] = 365

    look_up_misses_per_minute: Annotated[
        str,
        Meta(
            pattern=_ROLE_LIMITS,
            description="Look-ups that find no customer: how many a key is answered a minute, by role; 0 for any "
            "number. A role that is not named keeps its default.",
        ),
    ] = "bot=120 store=30 partner=30 channel=300 console=600 sales=600 marketing=600"
    look_up_misses_per_day: Annotated[str, Meta(pattern=_ROLE_LIMITS, description="The same for a day in UTC.")] = (
        "bot=10000 store=1000 partner=1000 channel=20000 console=20000 sales=20000 marketing=20000"
    )
    look_up_customers_per_minute: Annotated[
        str,
        Meta(
            pattern=_ROLE_LIMITS,
            description="Different customers that one key is answered about a minute, by role; 0 for any number.",
        ),
    ] = "bot=2000 store=300 partner=300 channel=2000 console=10000 sales=2000 marketing=2000"
    look_up_customers_per_day: Annotated[str, Meta(pattern=_ROLE_LIMITS, description="The same for a day in UTC.")] = (
        "bot=50000 store=10000 partner=10000 channel=100000 console=200000 sales=50000 marketing=50000"
    )

    channel_payload_days: Annotated[
        int, Meta(ge=1, description="How long deliveries of channel doors are kept as they came, in days.")
    ] = 14

    gave_up_days: Annotated[
        int,
        Meta(ge=1, le=365, description="An open matter in which nothing happened for so many days counts as given up."),
    ] = 14
    insight_timeout_s: Annotated[
        int,
        Meta(ge=1, le=600, description="How long reading the journeys of a segment may take, in seconds."),
    ] = 20

    call_hours: Annotated[
        int, Meta(ge=1, description="A call whose end no telephone system has told counts as over after these hours.")
    ] = 4

    agent_absent_s: Annotated[
        int,
        Meta(ge=1, description="An agent without a sign of life for so long counts as absent, in seconds."),
    ] = 90

    callback_number_types: Annotated[
        str,
        Meta(
            pattern="^(?:(?:fixed|mobile|toll_free|premium|shared_cost|voip|personal|pager|uan|voicemail|satellite|unknown)"
            "(?: +|$))+$",
            description="Types of telephone numbers that are called back, separated by spaces; there are premium, "
            "shared_cost and satellite, too.",
        ),
    ] = "fixed mobile toll_free voip personal pager uan voicemail unknown"

    form_origins: Annotated[
        str,
        Meta(
            description="Sites whose pages may ask for their forms' content, e.g. https://www.example.com; "
            "several are separated by spaces."
        ),
    ] = ""

    attachments_dir: Annotated[
        str,
        Meta(
            description="Where attachments of mail are kept: a folder, or s3://bucket/prefix with the extra s3. "
            "Empty: in the data folder."
        ),
    ] = ""
    attachment_days: Annotated[
        int,
        Meta(ge=1, description="How long attachments are kept in a folder, in days; in a bucket its own rules hold."),
    ] = 365

    event_hours: Annotated[
        int, Meta(ge=1, description="How long events are kept for streams that resume, in hours.")
    ] = 24
    event_streams: Annotated[
        int, Meta(ge=1, description="Most streams of live events that one process keeps open; beyond it, 503.")
    ] = 2000
    webhook_dead_days: Annotated[
        int, Meta(ge=1, description="How long webhook deliveries that were given up are kept for a replay, in days.")
    ] = 30
    webhook_allow_private: Annotated[
        bool,
        Meta(description="true, for tests: webhooks may go to private addresses, and over http without TLS."),
    ] = False

    leave_page_words: Annotated[
        str,
        Meta(
            description="Beginnings of words, with commas between, that show by the address or title of a page or form "
            "that it is about leaving."
        ),
    ] = "cancel, terminat, kündig, kuendig, vertragskündig, vertragskuendig"
    leave_phrases: Annotated[
        str, Meta(description="Beginnings of words, with commas between, of customers who may leave.")
    ] = (
        "cancel my contract, cancel my subscription, cancel my account, cancel the contract, switch provider, "
        "kündig, gekündigt, vertragskündigung, anbieter wechseln"
    )
    retention_queues: Annotated[
        str, Meta(description="Names of queues that keep customers who want to leave, with spaces between.")
    ] = "retention"
    contract_end_facts: Annotated[
        str, Meta(description="Names of facts, with spaces between, that state the day on which a contract ends.")
    ] = "contract_end contract_end_date contract_ends_on contract_until"

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least severe log event that is printed.")
    ] = "info"
    access_log: Annotated[
        bool, Meta(description="Log every answer, at `info`; those that refuse or fail are logged in any case.")
    ] = False
    log_format: Annotated[
        Literal["auto", "json", "console"], Meta(description="auto: coloured lines on a terminal, JSON elsewhere.")
    ] = "auto"

    @property
    def embedded(self) -> bool:
        """Whether askonce runs its own servers: no address of another one is set."""
        return not self.database_url and not self.redis_url

    @property
    def direct_url(self) -> str:
        """The address of the database itself, without a pooler."""
        return self.database_direct_url or self.database_url

    @property
    def pooled(self) -> bool:
        """Whether `database_url` leads to a pooler."""
        return bool(self.database_direct_url)

    @property
    def reopen_period(self) -> timedelta:
        """`reopen_days` as a span of time."""
        return timedelta(days=self.reopen_days)

    @property
    def survey_interval(self) -> timedelta:
        """`survey_interval_days` as a span of time."""
        return timedelta(days=self.survey_interval_days)

    @property
    def agent_absence(self) -> timedelta:
        """`agent_absent_s` as a span of time."""
        return timedelta(seconds=self.agent_absent_s)

    def __repr__(self) -> str:
        """The class alone: addresses carry passwords."""
        return "Settings(…)"
