"""Reference 3: reference 2 with the rendered answer in Redis, cache-aside, deleted on write, for 300 s at most.

As usual with cache-aside, a slow reader may store what a writer has just made old. Keys are the identity itself, so a
hit is one GET; the price is a query for the customer's other identities on every write.

`BENCH_DATABASE_URL=… BENCH_REDIS_URL=… BENCH_API_KEY=… BENCH_PORT=… python -m benchmarks.references.cached`
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from redis.asyncio import Redis

from benchmarks.references.plain import Session, create_app, run
from benchmarks.references.records import identity_pairs, read_context, register
from benchmarks.references.shapes import InteractionIn, LookupIn, RegisteredOut

TTL_S = 300


@asynccontextmanager
async def close_cache(app: FastAPI) -> AsyncIterator[None]:
    """Gives the connections to Redis back when the service stops."""
    yield
    await app.state.cache.aclose()


router = APIRouter(prefix="/v1", lifespan=close_cache)


def cache_key(pair: tuple[str, str]) -> str:
    """Where the answer to a look-up by this identity is kept."""
    return "reference:{}:{}".format(*pair)


@router.post("/context/lookup")
async def look_up(lookup: LookupIn, request: Request) -> Response:
    """The context of the customer with this identity; a hit opens no session and renders nothing."""
    cache: Redis = request.app.state.cache
    key = cache_key(lookup.identity.pair)
    body = await cache.get(key)
    if body is None:
        async with request.app.state.sessions() as session:
            context = await read_context(session, lookup.identity.pair, datetime.now(UTC))
        if context is None:
            raise HTTPException(404)
        body = context.model_dump_json().encode()
        await cache.set(key, body, ex=TTL_S)
    return Response(body, media_type="application/json")


@router.post("/interactions", status_code=201)
async def post_interaction(
    event: InteractionIn, session: Session, request: Request, response: Response
) -> RegisteredOut:
    """The interaction's ids, after every cached answer about its customer is gone."""
    registered = await register(session, event)
    pairs = await identity_pairs(session, registered.customer_id)
    await request.app.state.cache.delete(*map(cache_key, pairs))
    if registered.duplicate:
        response.status_code = 200
    return registered


def create_cached_app(database_url: str, redis_url: str, api_key: str) -> FastAPI:
    """Reference 2 on this database, with these routes and this cache."""
    app = create_app(database_url, api_key, router)
    app.state.cache = Redis.from_url(redis_url)
    return app


if __name__ == "__main__":
    run(create_cached_app(*(os.environ[name] for name in ("BENCH_DATABASE_URL", "BENCH_REDIS_URL", "BENCH_API_KEY"))))
