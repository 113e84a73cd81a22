"""The process in which a sandbox is served, and what is told of it once it is ready."""

import json
import signal
import urllib.request
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service.access.keys import sandbox_key
from service.cli.serving.http_server import CLOSE_STREAMS_SIGNAL, HttpServer, resolve_bind_address, url_of_address
from service.embedded.parent_death import exit_with_parent
from service.embedded.supervisor import start_servers
from service.errors import ConfigurationError
from service.model.vocabulary import Role
from service.sandbox.folder import check_beginning, mark_folder
from service.sandbox.model import ROUTES, SandboxPlan
from service.sandbox.options import with_servers
from service.settings.model import Settings
from service.telemetry import logs

if TYPE_CHECKING:
    from service.sandbox.application import SandboxApplication


def make_sandbox(plan: SandboxPlan) -> "SandboxApplication":
    """The application, made in the process that serves it."""
    from service.sandbox.application import SandboxApplication

    exit_with_parent(CLOSE_STREAMS_SIGNAL, signal.SIGTERM)
    logs.configure_logging(level=plan.settings.log_level, log_format=plan.settings.log_format)
    return SandboxApplication(plan)


def serve_sandbox(
    options: Settings,
    folder: Path,
    *,
    host: str,
    port: int,
    begins_at: datetime | None,
    ready_file: Path | None,
    stop_signals: tuple[signal.Signals, ...],
) -> None:
    """Serve a sandbox on servers in this folder until a signal ends it; the ready file goes with it.

    ConfigurationError if the folder has another beginning, or there is no folder for the ready file.
    """
    check_beginning(folder, begins_at)
    if ready_file is not None:
        _make_way_for(ready_file)
    address, free_port = resolve_bind_address(host, port)
    url = url_of_address(address, free_port)
    with start_servers(
        folder,
        durable=False,
        cache_memory_mb=options.embedded_cache_mb,
        redis_binary=options.redis_binary,
        postgres_binaries=options.postgres_binaries,
    ) as servers:
        mark_folder(folder)
        settings = with_servers(options, servers.endpoints, folder=folder, url=url)
        plan = SandboxPlan(settings=settings, folder=folder, begins_at=begins_at)
        try:
            HttpServer(
                settings,
                address=address,
                port=free_port,
                workers=1,
                stop_signals=stop_signals,
                on_ready=partial(_announce, ready_file),
                on_stop=lambda: None,
                load=partial(make_sandbox, plan),
            ).run()
        finally:
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)


def _make_way_for(ready_file: Path) -> None:
    """Remove what a sandbox left there that was killed: it says where that one was."""
    if not ready_file.parent.is_dir():
        raise ConfigurationError(f"There is no folder {ready_file.parent} for the ready file: make it first.")
    ready_file.unlink(missing_ok=True)


def _announce(ready_file: Path | None, url: str) -> None:
    """Say where the sandbox is and what is in it."""
    description = json.dumps(describe_ready(url), ensure_ascii=False)
    if ready_file is not None:
        write_ready_file(ready_file, description)
    print(description, flush=True)


def describe_ready(url: str) -> dict[str, Any]:
    """What a test needs to know of a sandbox: its address, its keys, its agents and its customers."""
    headers = {"authorization": f"Bearer {sandbox_key(Role.ADMIN)}"}
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open  # no proxy leads to this machine
    with ask(urllib.request.Request(url + ROUTES, headers=headers), timeout=10) as answer:  # noqa: S310
        described: dict[str, Any] = json.load(answer)
    return {
        "url": url,
        "keys": {role.value: sandbox_key(role) for role in Role},
        **described,
    }


def write_ready_file(path: Path, description: str) -> None:
    """Put the description there, all of it at once: who waits for the file finds it whole."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(description + "\n")
    draft.replace(path)
