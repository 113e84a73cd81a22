"""Tells the service manager when a service is ready."""

import os
import socket

import structlog

log = structlog.get_logger()


def tell_service_manager() -> None:
    """Tell systemd, where it waits for it, that the service answers (sd_notify(3)); elsewhere nothing is done."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        try:
            told.sendto(b"READY=1", "\0" + address[1:] if address.startswith("@") else address)
        except OSError as error:
            log.warning("service_manager_away", reason=type(error).__name__)
