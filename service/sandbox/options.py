"""The settings of a sandbox: rules of the company as the environment says them, and nothing that leads outside."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from service.embedded.owner import Endpoints
from service.settings.environment import VARIABLE_PREFIX, load_settings
from service.settings.model import Settings

TAKEN = frozenset(
    {
        "access_log",
        "agent_absent_s",
        "attachment_days",
        "call_hours",
        "callback_number_types",
        "channel_payload_days",
        "condition_days",
        "contact_facts",
        "contract_end_facts",
        "default_language",
        "default_region",
        "embedded_cache_mb",
        "erasure_grace_s",
        "event_hours",
        "event_origins",
        "event_streams",
        "fact_days",
        "form_origins",
        "former_value_days",
        "gave_up_days",
        "idempotency_days",
        "inactive_customer_days",
        "interaction_days",
        "leave_page_words",
        "leave_phrases",
        "log_format",
        "log_level",
        "look_up_customers_per_day",
        "look_up_customers_per_minute",
        "look_up_misses_per_day",
        "look_up_misses_per_minute",
        "postgres_binaries",
        "profile_days",
        "read_audit_days",
        "read_reason_needed",
        "redis_binary",
        "reopen_days",
        "retention_queues",
        "session_hours",
        "session_idle_minutes",
        "survey_interval_days",
        "time_zone",
        "webhook_dead_days",
    }
)
"""Settings that a sandbox takes from the environment; addresses, secrets and folders are its own."""


def sandbox_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of a sandbox in this environment, before its servers run. ConfigurationError names the variable."""
    variables = {VARIABLE_PREFIX + name.upper() for name in TAKEN}
    quiet = {f"{VARIABLE_PREFIX}LOG_LEVEL": "error"}
    return load_settings(quiet | {name: value for name, value in environment.items() if name in variables and value})


def with_servers(settings: Settings, endpoints: Endpoints, *, folder: Path, url: str) -> Settings:
    """The settings on its own servers, as which `url` leads to it."""
    return replace(
        settings,
        database_url=endpoints.database_url,
        redis_url=endpoints.redis_url,
        data_dir=folder,
        durable=False,
        public_url=url,
        webhook_allow_private=True,
    )
