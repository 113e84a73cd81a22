"""What the embedded servers hold is saved while they work, and comes back whole or not at all."""

import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from service.embedded.supervisor import start_servers
from tests.cli.conftest import serving, until
from tests.registration.events import event_json

pytestmark = pytest.mark.slow

MAIL = Path("attachments", "2026-11-21", str(uuid.UUID(int=7)))


class Shop:
    """A service with servers of its own, and a caller who writes; what was acknowledged is kept."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.acknowledged: list[dict] = []

    def write(self, event: dict | None = None) -> dict:
        event = event or event_json(source_event_id=uuid.uuid4().hex)
        answer = self.http.post("/v1/interactions", json=event)
        assert answer.status_code in {200, 201}, answer.text
        self.acknowledged.append(event)
        return answer.json()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Writes go on for the block; some were acknowledged before."""
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                self.write()

        writer = threading.Thread(target=write)
        writer.start()
        until(lambda: len(self.acknowledged) > 20)
        try:
            yield
        finally:
            stop.set()
            writer.join()


@pytest.fixture
def open_shop(askonce):
    """A function that serves a data folder for a block."""

    @contextmanager
    def serve(data_dir: Path) -> Iterator[Shop]:
        settings = {"data_dir": data_dir, "durable": "false"}
        with serving("--no-link", **settings) as service:
            name = uuid.uuid4().hex
            key = askonce("keys", "create", "--role", "admin", "--name", name, "--space", "shop", **settings)
            headers = {"authorization": f"Bearer {key.stdout.strip()}"}
            with httpx.Client(base_url=service.url, headers=headers, timeout=30) as http:
                yield Shop(http)

    return serve


@pytest.fixture
def data_dir(new_data_dir, askonce) -> Path:
    """The folder of a service that has registered nothing yet, with an attachment."""
    folder = new_data_dir()
    assert askonce("migrate", data_dir=folder, durable="false").returncode == 0
    (folder / MAIL).mkdir(parents=True)
    (folder / MAIL / "0").write_bytes(b"a photograph")
    return folder


@pytest.fixture
def backup(askonce, data_dir, tmp_path) -> Path:
    """A backup of it."""
    made = askonce("backup", tmp_path / "backup", data_dir=data_dir)
    assert (made.returncode, made.stderr) == (0, "")
    return tmp_path / "backup"


def test_all_that_was_acknowledged_before_a_backup_under_writes_comes_back(
    askonce, open_shop, data_dir, new_data_dir, tmp_path
):
    with open_shop(data_dir) as shop:
        with shop.writing():
            before = list(shop.acknowledged)
            made = askonce("backup", tmp_path / "backup", data_dir=data_dir)
        assert made.returncode == 0, made.stderr
    restored: Path = new_data_dir()
    assert "customers, 1 attachments" in askonce("restore", tmp_path / "backup", data_dir=restored).stdout
    with open_shop(restored) as shop:
        assert all(shop.write(event)["duplicate"] for event in before)
        assert askonce("rebuild", data_dir=restored, durable="false").returncode == 0
        verified = askonce("verify", data_dir=restored, durable="false")
    assert verified.returncode == 0, verified.stdout
    assert "0 absent" in verified.stdout


def test_after_a_restore_nothing_is_cached_and_an_etag_of_before_holds_no_longer(
    askonce, open_shop, data_dir, new_data_dir, tmp_path
):
    with open_shop(data_dir) as shop:
        customer = shop.write()["customer_id"]
        etag = shop.http.get(f"/v1/customers/{customer}/context").headers["etag"]
    askonce("backup", tmp_path / "backup", data_dir=data_dir)
    restored: Path = new_data_dir()
    assert "1 customers" in askonce("restore", tmp_path / "backup", data_dir=restored).stdout
    assert "1 absent, 0 equal" in askonce("verify", data_dir=restored).stdout
    with open_shop(restored) as shop:
        answer = shop.http.get(f"/v1/customers/{customer}/context", headers={"if-none-match": etag})
    assert (answer.status_code, answer.headers["etag"] != etag) == (200, True)


def test_only_its_owner_may_read_a_backup(backup):
    assert [path for path in (backup, *backup.rglob("*")) if path.stat().st_mode & 0o077] == []
    assert (backup / MAIL / "0").read_bytes() == b"a photograph"


def test_a_backup_goes_into_a_folder_of_its_own(askonce, backup, data_dir, tmp_path):
    again = askonce("backup", backup, data_dir=data_dir)
    assert (again.returncode, "is not empty" in again.stderr) == (1, True)
    inside = askonce("backup", data_dir / "backup", data_dir=data_dir)
    assert (inside.returncode, "in the data folder" in inside.stderr) == (1, True)
    absent = askonce("backup", tmp_path / "other", data_dir=tmp_path / "nowhere")
    assert (absent.returncode, "No installation" in absent.stderr) == (1, True)
    assert not (tmp_path / "other").exists()


def test_a_restore_replaces_nothing(askonce, backup, data_dir, open_shop):
    refused = askonce("restore", backup, data_dir=data_dir)
    assert (refused.returncode, "replaces nothing" in refused.stderr) == (1, True)
    with open_shop(data_dir) as shop:
        assert askonce("restore", backup, data_dir=data_dir).returncode == 1
        assert shop.write()["version"] == 1


def cut_off(backup: Path) -> None:
    (backup / "askonce-backup.json").unlink()


def without_a_file(backup: Path) -> None:
    next((backup / "postgres" / "base").glob("*/1259")).unlink()


def with_another_byte(backup: Path) -> None:
    file = next((backup / "postgres" / "base").glob("*/1259"))
    file.write_bytes(b"?" + file.read_bytes()[1:])


def without_its_log(backup: Path) -> None:
    next((backup / "postgres" / "pg_wal").glob("0*")).unlink()


def of_another_version(backup: Path) -> None:
    (backup / "postgres" / "PG_VERSION").write_text("17\n")


def with_another_attachment(backup: Path) -> None:
    (backup / MAIL / "0").write_bytes(b"another photograph")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (cut_off, "an incomplete backup"),
        (shutil.rmtree, "does not exist"),
        (without_a_file, "The backup is damaged"),
        (with_another_byte, "The backup is damaged"),
        (without_its_log, "The backup is damaged"),
        (of_another_version, "a backup of PostgreSQL 17, and this is PostgreSQL 18"),
        (with_another_attachment, "The backup is damaged"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused_and_leaves_no_data(askonce, backup, new_data_dir, damage, sentence):
    damage(backup)
    restored: Path = new_data_dir()
    refused = askonce("restore", backup, data_dir=restored)
    assert refused.returncode != 0
    assert sentence in refused.stderr
    assert not (restored / "postgres").exists()


async def test_a_database_of_a_newer_askonce_is_refused_and_leaves_no_data(askonce, data_dir, new_data_dir, tmp_path):
    with start_servers(data_dir, durable=False) as servers:
        connection = await asyncpg.connect(servers.endpoints.database_url)
        await connection.execute("INSERT INTO schema_migration (number, name, digest) VALUES (9999, 'later', '')")
        await connection.close()
    assert askonce("backup", tmp_path / "backup", data_dir=data_dir).returncode == 0
    restored: Path = new_data_dir()
    refused = askonce("restore", tmp_path / "backup", data_dir=restored)
    assert (refused.returncode, "newer askonce" in refused.stderr) == (1, True)
    assert {entry.name for entry in restored.iterdir()} <= {"owner.lock", "run", "binaries"}


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_servers_that_are_not_askonces_own_are_left_to_their_tools(askonce, own_database, tmp_path, command):
    refused = askonce(command, tmp_path, **own_database)
    assert (refused.returncode, "docs/backup.md" in refused.stderr) == (1, True)
