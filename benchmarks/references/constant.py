"""Reference 1: a bare Litestar handler on granian that answers with the bytes of a file, the framework's limit.

No authentication, no reading of the request, no logging. The file holds a real answer of our service.

`BENCH_BODY_FILE=… BENCH_PORT=… python -m benchmarks.references.constant`
"""

import os
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces, Loops
from litestar import Litestar, get, post

BODY = Path(os.environ["BENCH_BODY_FILE"]).read_bytes()


@post("/v1/context/lookup", status_code=200, media_type="application/json")
async def look_up() -> bytes:
    """The constant, where our look-up stands."""
    return BODY


@get("/", media_type="application/json")
async def index() -> bytes:
    """The constant, for a first request without a body."""
    return BODY


app = Litestar([look_up, index], openapi_config=None, logging_config=None)


if __name__ == "__main__":
    Granian(
        "benchmarks.references.constant:app",
        port=int(os.environ["BENCH_PORT"]),
        interface=Interfaces.ASGI,
        workers=1,
        loop=Loops.uvloop,
        log_access=False,
        working_dir=Path(__file__).parents[2],
    ).serve()
