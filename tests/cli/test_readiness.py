"""A service manager that waits for it is told when a service answers."""

import socket

import pytest

from service.cli.serving.readiness import tell_service_manager


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_a_service_manager_hears_that_the_service_is_ready(kind, tmp_path, monkeypatch):
    address = f"{tmp_path}/notify" if kind == "path" else f"\0{tmp_path}"
    monkeypatch.setenv("NOTIFY_SOCKET", address.replace("\0", "@"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        tell_service_manager()
        assert manager.recv(100) == b"READY=1"


def test_without_a_service_manager_nothing_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_service_manager()
