"""`python own.py DATA_DIR`: owns the servers of a data folder, prints where they are, and stops with its input."""

import sys
from pathlib import Path

import msgspec

from service.embedded.supervisor import start_servers

with start_servers(Path(sys.argv[1])) as servers:
    print(msgspec.json.encode(servers.endpoints).decode(), flush=True)
    sys.stdin.read()
