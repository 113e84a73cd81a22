"""The two clients: every operation as a method, sent with httpx, repeated where that is safe."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal, Self
from uuid import UUID

import httpx

from askonce_client.events import Event, EventReader
from askonce_client.operations import AsyncOperations, Operations
from askonce_client.problems import AskonceError, problem_of
from askonce_client.transport import Call, Retries

TIMEOUT_S = 10.0
SILENCE_S = 45.0
"""A live stream says something every 15 seconds; one that is silent for so long is opened anew."""
STREAM = "/v1/events"
AGAIN = Retries(most=1_000_000)
LOWEST_UNSURE_STATUS = 500


class Client(Operations):
    """askonce at `url`, with the rights of `key`; use it as a context manager, or `close` it.

    A request that fails for now is repeated by `retries`; one that takes an Idempotency-Key is given one, so that it
    counts once. Every problem is raised as its exception (`askonce_client.problem_types`).
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=url, timeout=timeout_s, transport=transport)
        self._key = key
        self._retries = retries or Retries()

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(self, call: Call[Any]) -> Any:
        request, tried = call.request(self._key), 0
        while True:
            try:
                response = self._http.request(**request)
            except httpx.TransportError:
                wait_s = self._retries.wait_before_again(call, tried, None)
                if wait_s is None:
                    raise
            else:
                wait_s = self._retries.wait_before_again(call, tried, response)
                if wait_s is None:
                    return call.read(response)
            time.sleep(wait_s)
            tried += 1

    def follow_events(
        self,
        *,
        customer: UUID | None = None,
        queue: str | None = None,
        given: Literal["me"] | None = None,
        last_event_id: str | None = None,
    ) -> Iterator[Event]:
        """Events as they happen, without end; a stream that breaks goes on where it broke, so that none is missed.

        The first one is of type `reset`: load what you show then, and whenever it comes.
        `given="me"` narrows to the handoffs that this key gave, of whichever customer, and the callbacks of them.
        """
        reader, failures = EventReader(last_event_id), 0
        filters = {"customer": customer, "queue": queue, "given": given}
        while True:
            try:
                with self._http.stream(**_stream_request(self._key, filters, reader)) as response:
                    if response.is_error:
                        response.read()
                        raise problem_of(response)
                    failures = 0
                    reader.begin()
                    for line in response.iter_lines():
                        yield from reader.read(line)
                time.sleep(AGAIN.first_wait_s)
            except (httpx.TransportError, AskonceError) as error:
                wait_s = _wait_s(error, failures)
                failures += 1
                time.sleep(wait_s)


class AsyncClient(AsyncOperations):
    """The same for asyncio: every method is awaited."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        retries: Retries | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout_s, transport=transport)
        self._key = key
        self._retries = retries or Retries()

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _send(self, call: Call[Any]) -> Any:
        request, tried = call.request(self._key), 0
        while True:
            try:
                response = await self._http.request(**request)
            except httpx.TransportError:
                wait_s = self._retries.wait_before_again(call, tried, None)
                if wait_s is None:
                    raise
            else:
                wait_s = self._retries.wait_before_again(call, tried, response)
                if wait_s is None:
                    return call.read(response)
            await asyncio.sleep(wait_s)
            tried += 1

    async def follow_events(
        self,
        *,
        customer: UUID | None = None,
        queue: str | None = None,
        given: Literal["me"] | None = None,
        last_event_id: str | None = None,
    ) -> AsyncIterator[Event]:
        """Events as they happen, without end; a stream that breaks goes on where it broke, so that none is missed.

        The first one is of type `reset`: load what you show then, and whenever it comes.
        `given="me"` narrows to the handoffs that this key gave, of whichever customer, and the callbacks of them.
        """
        reader, failures = EventReader(last_event_id), 0
        filters = {"customer": customer, "queue": queue, "given": given}
        while True:
            try:
                async with self._http.stream(**_stream_request(self._key, filters, reader)) as response:
                    if response.is_error:
                        await response.aread()
                        raise problem_of(response)
                    failures = 0
                    reader.begin()
                    async for line in response.aiter_lines():
                        for event in reader.read(line):
                            yield event
                await asyncio.sleep(AGAIN.first_wait_s)
            except (httpx.TransportError, AskonceError) as error:
                wait_s = _wait_s(error, failures)
                failures += 1
                await asyncio.sleep(wait_s)


def _stream_request(key: str | None, filters: dict[str, UUID | str | None], reader: EventReader) -> dict[str, Any]:
    call: Call[Any] = Call("GET", STREAM, query=filters, headers={"Last-Event-ID": reader.last_id})
    silence = httpx.Timeout(TIMEOUT_S, read=SILENCE_S)
    return {**call.request(key), "timeout": silence}


def _wait_s(error: httpx.TransportError | AskonceError, failures: int) -> float:
    """Seconds until a broken stream is opened anew; a problem that stays (a key, a queue) is raised."""
    told = error.retry_after_s if isinstance(error, AskonceError) else None
    if isinstance(error, AskonceError) and error.status < LOWEST_UNSURE_STATUS and told is None:
        raise error
    return told or AGAIN.wait_s(min(failures, 8), None) or AGAIN.longest_wait_s
