"""Reference 2: the context service as most teams would write it, FastAPI + SQLAlchemy (async ORM) + PostgreSQL.

Sound, and not tuned: proper indexes, no N+1, a pool of 16, one commit per POST, one uvicorn worker on uvloop and
httptools, no access log. It answers less than ours does: profile, conditions in force, 20 newest interactions.

`BENCH_DATABASE_URL=postgresql+asyncpg://… BENCH_API_KEY=… BENCH_PORT=… python -m benchmarks.references.plain`
"""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.references.records import read_context, register
from benchmarks.references.shapes import ContextOut, InteractionIn, LookupIn, RegisteredOut

POOL_SIZE = 16
router = APIRouter(prefix="/v1")


async def require_key(request: Request, key: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> None:
    """Nothing, or a 401; one key held in memory, which is cheaper than the table that a team would have."""
    if not secrets.compare_digest(key.credentials.encode(), request.app.state.api_key.encode()):
        raise HTTPException(401)


async def open_session(request: Request) -> AsyncIterator[AsyncSession]:
    """A session of the pool for the length of one request."""
    async with request.app.state.sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(open_session)]


@router.post("/context/lookup")
async def look_up(lookup: LookupIn, session: Session) -> ContextOut:
    """The context of the customer with this identity."""
    context = await read_context(session, lookup.identity.pair, datetime.now(UTC))
    if context is None:
        raise HTTPException(404)
    return context


@router.post("/interactions", status_code=201)
async def post_interaction(event: InteractionIn, session: Session, response: Response) -> RegisteredOut:
    """The interaction's ids; 200 when it was here before."""
    registered = await register(session, event)
    if registered.duplicate:
        response.status_code = 200
    return registered


def create_app(database_url: str, api_key: str, routes: APIRouter = router) -> FastAPI:
    """The service on this database; `routes` lets reference 3 bring its own."""
    engine = create_async_engine(database_url, pool_size=POOL_SIZE, max_overflow=0)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await engine.dispose()

    app = FastAPI(title="reference", lifespan=lifespan)
    app.include_router(routes, dependencies=[Depends(require_key)])
    app.state.api_key = api_key
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    return app


def run(app: FastAPI) -> None:
    """Serves until SIGTERM on 127.0.0.1:BENCH_PORT."""
    port = int(os.environ["BENCH_PORT"])
    uvicorn.run(app, port=port, loop="uvloop", http="httptools", access_log=False, log_level="warning")


if __name__ == "__main__":
    run(create_app(os.environ["BENCH_DATABASE_URL"], os.environ["BENCH_API_KEY"]))
