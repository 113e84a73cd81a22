"""Settings from environment variables."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec
import phonenumbers

from service.errors import ConfigurationError
from service.settings.files import FILE_SUFFIX, with_files_read
from service.settings.model import Settings
from service.settings.renamed import RENAMED, with_present_names

VARIABLE_PREFIX = "ASKONCE_"
VARIABLES = tuple(VARIABLE_PREFIX + field.upper() for field in Settings.__struct_fields__)
"""The variable of every setting."""
_ALIKE = 0.6
"""How alike (0 to 1) an unknown variable and a setting are that is meant perhaps."""
_ALIKE_WITHOUT_PREFIX = 0.9
_QUOTED = re.compile(r"""(["']).*\1""", re.DOTALL)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::\d{1,5})?|https?://\[[0-9a-f:]+\](?::\d{1,5})?")


def load_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of this environment; an empty variable counts as unset. ConfigurationError names the variable.

    NAME_FILE in place of a variable NAME leads to a file that holds its value. Former names count as the present ones.
    """
    said = with_files_read(with_present_names(environment), VARIABLES)
    if quoted := [name for name, value in said.items() if _QUOTED.fullmatch(value.strip())]:
        raise ConfigurationError(
            f"{min(quoted)} stands in quotation marks, which are a part of it: leave them away, as in an --env-file."
        )
    given = {name.removeprefix(VARIABLE_PREFIX).lower(): value for name, value in said.items()}
    try:
        settings = msgspec.convert(given, Settings, strict=False, dec_hook=_decode_path)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        variable = VARIABLE_PREFIX + path.rstrip("`").upper()
        raise ConfigurationError(f"{variable}: {_takes(variable) or reason}.") from error
    _check_settings(settings)
    return settings


def _takes(variable: str) -> str:
    """What may stand in a variable, in words; empty for a text of a form of its own."""
    from service.settings.document import describe_settings  # which describes what is loaded here

    value = next(one.value for one in describe_settings() if one.variable == variable)
    return "" if value == "text" else f"it takes this: {value.replace('`', '')}"


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
    if settings.public_url and not _is_base_url(settings.public_url):
        raise ConfigurationError(
            f"ASKONCE_PUBLIC_URL: {settings.public_url!r} is no address without a path, such as "
            "https://askonce.example.com."
        )
    if settings.oidc_issuer:
        _check_oidc(settings)
    for name in ("form_origins", "embed_origins", "event_origins"):
        for origin in getattr(settings, name).split():
            if not _ORIGIN.fullmatch(origin):
                raise ConfigurationError(
                    f"{VARIABLE_PREFIX}{name.upper()}: {origin!r} is no origin in lower case without a path, such as "
                    "https://www.example.com."
                )
    _check_embedding(settings)


def _check_embedding(settings: Settings) -> None:
    for origin in map(urlsplit, settings.embed_origins.split()):
        if origin.scheme != "https" and origin.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise ConfigurationError("ASKONCE_EMBED_ORIGINS: origins with https are expected.")
    desks = {one.partition("=")[0] for one in settings.embed_secrets.split()}
    if unlisted := desks - set(settings.embed_origins.split()):
        raise ConfigurationError(f"ASKONCE_EMBED_SECRETS: {min(unlisted)} does not stand in ASKONCE_EMBED_ORIGINS.")
    if desks and not settings.public_url:
        raise ConfigurationError("ASKONCE_EMBED_SECRETS needs ASKONCE_PUBLIC_URL: links are signed for it.")


def _check_oidc(settings: Settings) -> None:
    issuer = urlsplit(settings.oidc_issuer)
    if issuer.scheme != "https" and issuer.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ConfigurationError("ASKONCE_OIDC_ISSUER: an address with https is expected.")
    missing = [name for name in ("oidc_client_id", "oidc_roles", "public_url") if not getattr(settings, name)]
    if missing:
        names = " and ".join(VARIABLE_PREFIX + name.upper() for name in missing)
        raise ConfigurationError(f"ASKONCE_OIDC_ISSUER needs {names}, too.")


def _is_base_url(url: str) -> bool:
    """Whether a URL is http or https, a host and at most a port."""
    try:
        parts = urlsplit(url)
        valid_port = parts.port != 0
    except ValueError:
        return False
    base = f"{parts.scheme}://{parts.netloc}"
    named = parts.hostname and "@" not in url and url.isascii() and url.isprintable() and " " not in url
    return bool(parts.scheme in {"http", "https"} and named and valid_port and url.lower().rstrip("/") == base.lower())


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Variables that look like settings and are none, sorted, each with the setting that is spelt most like it.

    Those that begin with ASKONCE_, and those with another beginning that differ from a setting by a letter or two.
    """
    known = [name + suffix for suffix in ("", FILE_SUFFIX) for name in VARIABLES]
    former = {one.former + suffix for suffix in ("", FILE_SUFFIX) for one in RENAMED}
    found: dict[str, str | None] = {}
    for name in sorted(set(environment) - set(known) - former):
        ours = name.upper().startswith(VARIABLE_PREFIX)
        alike = get_close_matches(name.upper(), known, 1, _ALIKE if ours else _ALIKE_WITHOUT_PREFIX)
        if ours or alike:
            found[name] = alike[0] if alike else None
    return found
