"""PostgreSQL: its cluster, its settings, and when it is ready."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from service.embedded.base_backup import server_version
from service.embedded.binaries import Binaries
from service.embedded.folder import DataFolder, make_private_folder
from service.embedded.process import ServerProgram, command_as_account, hold_stop_signals, server_environment
from service.errors import ConfigurationError

PORT = "5432"  # a part of the socket's name only: nothing listens on the network

SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    # Behind a checkpoint each page that changes goes into the log as a whole: with checkpoints by size an import writes
    # a quarter more of it and takes PostgreSQL a fifth more time. More would make a recovery long (20 s a GB).
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Parallel queries share memory through /dev/shm, which containers often limit to 64 MB.
    "max_parallel_workers_per_gather": "0",
    # The log may not hold customers' data: no statement, parameter or detail, and no error, which quotes a value.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
FREE_CONNECTIONS = 20
"""So many are there beyond those that a service needs, for commands and for who looks with psql."""
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
NOT_DURABLE = dict.fromkeys(DURABLE, "off")


def postgres_program(folder: DataFolder, binaries: Binaries, *, durable: bool, connections: int = 0) -> ServerProgram:
    """How the cluster of the folder is run, with room for so many connections and for commands beside them."""
    room = max(int(SERVER_SETTINGS["max_connections"]), connections + FREE_CONNECTIONS)
    settings = {
        **SERVER_SETTINGS,
        "max_connections": str(room),
        **(DURABLE if durable else NOT_DURABLE),
        "unix_socket_directories": _quoted_list_element(folder.sockets),
    }
    options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    return ServerProgram(
        command=(binaries.postgres("postgres"), "-D", str(folder.postgres), *options),
        account=folder.account,
        log=folder.root / "postgres.log",
        pid_file=_pid_file(folder),
        unique_argument=str(folder.postgres),
        stop_signals=(signal.SIGINT, signal.SIGQUIT, signal.SIGKILL),
        is_ready=lambda pid: _is_ready(folder, pid),
        remove_leftovers=lambda: _remove_stale_files(folder),
        # A query of a killed server runs to its end before it notices; until then the cluster is not free.
        transient_failure="pre-existing shared memory block",
    )


def initialise_cluster(folder: DataFolder, binaries: Binaries, *, durable: bool) -> None:
    """Make the cluster unless there is one; a half-made one never bears its name.

    ConfigurationError if what is there is none, or one of another version.
    """
    if folder.postgres.exists():
        _check_version(folder, server_version(binaries))
        return
    draft = folder.root / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    make_private_folder(draft, folder.account)
    options = (
        "-U postgres -A trust -E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions"
    )
    command = (binaries.postgres("initdb"), "-D", str(draft), *options.split(), *([] if durable else ["-N"]))
    done = _run_tool(command_as_account(folder.account, signal.SIGKILL, command))
    if done.returncode:
        raise ConfigurationError(f"PostgreSQL (18 or newer) made no database in {folder.root}: {done.stderr.strip()}")
    draft.rename(folder.postgres)


def _check_version(folder: DataFolder, version: str) -> None:
    """ConfigurationError if a PostgreSQL of this version cannot run the cluster of the folder."""
    try:
        made_by = (folder.postgres / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise ConfigurationError(
            f"{folder.postgres} is no database of PostgreSQL: name another --data-dir, or move it away."
        ) from error
    if made_by != version.partition(".")[0]:
        raise ConfigurationError(
            f"The database in {folder.root} is one of PostgreSQL {made_by}, and this is PostgreSQL {version}: name the "
            f"folder of the programs of {made_by} by ASKONCE_POSTGRES_BINARIES, or bring it to a new folder by pg_dump."
        )


def create_database(folder: DataFolder, binaries: Binaries, database: str) -> None:
    """Create the database unless it is there; the server must run."""
    server = ["-h", str(folder.sockets), "-p", PORT, "-U", "postgres", "--no-password"]
    done = _run_tool([binaries.postgres("createdb"), *server, "--", database])
    if done.returncode and "already exists" not in done.stderr:
        raise ConfigurationError(f"PostgreSQL could not create the database {database}: {done.stderr.strip()}")


def database_url(folder: DataFolder, database: str) -> str:
    """The address of a database. The port is in it because $PGPORT would win otherwise."""
    return f"postgresql://postgres@/{quote(database, safe='')}?host={quote(str(folder.sockets))}&port={PORT}"


def _run_tool(command: list[str]) -> subprocess.CompletedProcess[str]:
    with hold_stop_signals():  # a tool that is cut off leaves its own children behind
        return subprocess.run(command, capture_output=True, text=True, cwd="/", env=server_environment(), check=False)


def _quoted_list_element(path: Path) -> str:
    """A path as the only element of PostgreSQL's comma-separated list."""
    return '"' + str(path).replace('"', '""') + '"'


def _pid_file(folder: DataFolder) -> Path:
    return folder.postgres / "postmaster.pid"


def _is_ready(folder: DataFolder, pid: int) -> bool:
    """Whether the postmaster says so, on line 8 of its pid file."""
    try:
        lines = _pid_file(folder).read_text().splitlines()
    except FileNotFoundError:
        return False
    return lines[0:1] == [str(pid)] and lines[7:8] != [] and lines[7].strip() == "ready"


def _remove_stale_files(folder: DataFolder) -> None:
    """Clear the pid file of a dead server when an unrelated process has its number by now.

    PostgreSQL takes a pid file that names its own parent for stale, yet still checks the shared memory that the file
    names; deleting the file, as is often advised, would let it start beside queries of its predecessor.
    """
    pid_file = _pid_file(folder)
    if pid_file.exists():
        first, *rest = pid_file.read_text().split("\n")
        if first.isdigit():
            pid_file.write_text("\n".join([str(os.getpid()), *rest]))
        else:
            pid_file.unlink()
    for socket in folder.sockets.glob(".s.PGSQL.*"):
        socket.unlink()
