"""Settings from environment variables."""

import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import available_timezones

import msgspec
import phonenumbers

from service.errors import ConfigurationError
from service.settings.model import Settings

VARIABLE_PREFIX = "ASKONCE_"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?|https?://\[[0-9a-f:]+\](?::\d{1,5})?")


def load_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this environment; an empty variable counts as unset. ConfigurationError names the variable."""
    given = {
        field: environment[VARIABLE_PREFIX + field.upper()]
        for field in Settings.__struct_fields__
        if environment.get(VARIABLE_PREFIX + field.upper())
    }
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_decode_path)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        raise ConfigurationError(f"{VARIABLE_PREFIX}{path.rstrip('`').upper()}: {reason}.") from error
    _check_settings(settings)
    return settings


def _decode_path(kind: type, value: str) -> Path:
    """The one type of setting that msgspec does not read itself."""
    assert kind is Path
    return Path(value)


def _check_settings(settings: Settings) -> None:
    if bool(settings.database_url) != bool(settings.redis_url):
        raise ConfigurationError(
            "Set both ASKONCE_DATABASE_URL and ASKONCE_REDIS_URL to use your own servers, "
            "or neither to use the embedded ones."
        )
    if settings.database_direct_url and not settings.database_url:
        raise ConfigurationError("ASKONCE_DATABASE_DIRECT_URL stands beside ASKONCE_DATABASE_URL: set that one, too.")
    if settings.time_zone not in available_timezones():
        raise ConfigurationError(
            f"ASKONCE_TIME_ZONE: {settings.time_zone!r} is no IANA time zone, such as Europe/Berlin."
        )
    if settings.default_region not in phonenumbers.SUPPORTED_REGIONS:
        raise ConfigurationError(
            f"ASKONCE_DEFAULT_REGION: {settings.default_region!r} is no region with telephone numbers, such as DE."
        )
    for origin in settings.form_origins.split():
        if not _ORIGIN.fullmatch(origin):
            raise ConfigurationError(
                f"ASKONCE_FORM_ORIGINS: {origin!r} is no origin in lower case without a path, such as "
                "https://www.example.com."
            )


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables that begin with ASKONCE_ and are no setting, sorted: most often a typing error."""
    known = {VARIABLE_PREFIX + field.upper() for field in Settings.__struct_fields__}
    return sorted(name for name in environment if name.startswith(VARIABLE_PREFIX) and name not in known)
