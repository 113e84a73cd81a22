"""Routes of the records by which systems state what they know of a person, record by record."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, structs

from service.access.keys import find_space_name
from service.access.model import Principal
from service.db.change import DropViews
from service.db.pool import Connection, Database
from service.db.retry import run_with_retry
from service.errors import Absent, AskonceError, CustomerErased, InvalidInput, SourceReserved
from service.identity.sources.model import SourceRecordInput, SourceRecordItem
from service.identity.sources.quality.model import Verdict
from service.identity.sources.records import PutRecord, PutRecords, find_erased_records, put_records
from service.identity.sources.stating import RecordKey, StatedRecord, check_source_name, record_key, state_record
from service.identity.sources.values import RecordOnRecord, read_record
from service.model.decode import decode_json
from service.model.fields import ContextVersion, CustomerId
from service.model.vocabulary import Role
from service.registration.sources import is_reserved
from service.web.http.problems import FieldError, problem_details
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import MAX_BATCH_BYTES, route

SOURCE_ROLES = frozenset({Role.ADMIN, Role.CONSOLE, Role.CHANNEL})
MAX_BATCH_RECORDS = 1000
NOTHING_TO_MATCH_BY = "It is kept, and nothing in it is enough to find it again as that of another record."


class QualityNote(Struct, frozen=True, kw_only=True):
    """What is thought of one value of the record; the value is kept as it was stated."""

    field: Annotated[str, Meta(description="Where the value stands in the record, such as `phones[0]`.")]
    verdict: Annotated[
        Verdict, Meta(description="What is thought of it; `valid`, `mobile` and `line` leave nothing to mend.")
    ]
    hint: Annotated[str | None, Meta(description="Why, or what could be meant; null if there is nothing to mend.")]


class RecordAnswer(Struct, frozen=True, kw_only=True):
    """What became of a record."""

    customer_id: CustomerId
    version: ContextVersion
    matchable: Annotated[bool, Meta(description="Whether the record says enough to be compared with others.")]
    hint: Annotated[str | None, Meta(description="Why it is not matchable; null if it is.")]
    quality: Annotated[
        tuple[QualityNote, ...], Meta(description="What is thought of each value that can be judged, in their order.")
    ]


class RecordBatchAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one record of a batch: as if it were put alone, else the problem's fields."""

    status: Annotated[
        int, Meta(description="HTTP status of the item: 201, 200 for a known record, else the problem's.")
    ]
    customer_id: Annotated[
        UUID | None, Meta(description="Canonical id of the customer (UUIDv7); absent for a problem.")
    ] = None
    version: Annotated[
        int | None, Meta(description="Version of the customer's context with this record; absent for a problem.")
    ] = None
    matchable: Annotated[
        bool | None, Meta(description="Whether it says enough to be compared with others; absent for a problem.")
    ] = None
    hint: Annotated[str | None, Meta(description="Why it is not matchable; absent if it is.")] = None
    quality: Annotated[
        tuple[QualityNote, ...], Meta(description="What is thought of each value; absent for a problem.")
    ] = ()
    type: Annotated[
        str | None, Meta(description="Problem type (RFC 9457), a URI reference; absent unless the item failed.")
    ] = None
    title: Annotated[str | None, Meta(description="Title of the problem type; absent unless the item failed.")] = None
    detail: Annotated[str | None, Meta(description="What is wrong with it; absent unless the item failed.")] = None
    errors: Annotated[tuple[FieldError, ...], Meta(description="Invalid fields of the item; absent without any.")] = ()


RecordBatch = Annotated[list[SourceRecordItem], Meta(min_length=1, max_length=MAX_BATCH_RECORDS)]


class SourceRecordRoutes:
    """The routes by which records of sources are put and read."""

    def __init__(self, database: Database, drop_views: DropViews, *, region: str) -> None:
        self._database = database
        self._drop_views = drop_views
        self._region = region

    @route(
        "PUT",
        "/v1/sources/{source}/records/{external_id}",
        restricted_too=True,
        roles=SOURCE_ROLES,
        summary="State what a system knows of a person, again and again",
        body=SourceRecordInput,
        answers={201: RecordAnswer, 200: RecordAnswer},
        problems=(SourceReserved,),
    )
    async def put_record(self, request: Request) -> Response:
        """Replaces what the same record said before; that stays on record as history.

        A new record becomes a customer of its own, unless a verified identity of it is verified for a customer already.
        The same record again changes nothing. One that was stated earlier than what is on record does not replace it.
        A key of the role channel speaks for the source that is named like its space.
        """
        key = await record_of_path(self._database, request)
        stated = state_record(key, decode_json(request.raw, SourceRecordInput), region=self._region, now=request.now)
        put = (await self._put([stated], request)).results[0]
        return json_response(record_answer(put), status=201 if put.is_new else 200, version=put.version)

    @route(
        "GET",
        "/v1/sources/{source}/records/{external_id}",
        roles=SOURCE_ROLES,
        budgeted=True,
        summary="What a record states now, and what it stated before",
        answers={200: RecordOnRecord},
        problems=(SourceReserved, Absent),
    )
    async def read_record(self, request: Request) -> Response:
        """Reads every value of the record as it was stated, with its times and judgement."""
        key = await record_of_path(self._database, request)
        async with self._database.connection() as connection:
            found = await read_record(connection, *key)
        request.subject = found.customer_id
        return json_response(found, version=found.version)

    @route(
        "POST",
        "/v1/sources/{source}/records/batch",
        restricted_too=True,
        roles=SOURCE_ROLES,
        summary="State up to 1000 records of a system; each succeeds or fails for itself",
        body=RecordBatch,
        body_limit_bytes=MAX_BATCH_BYTES,
        answers={200: list[RecordBatchAnswer]},
        problems=(SourceReserved,),
    )
    async def put_records(self, request: Request) -> Response:
        """Puts each record as if it came alone; the answer has one entry for each, in the same order."""
        source = request.path_values["source"]
        await check_source(self._database, request.principal, source)
        items = decode_json(request.raw, list[msgspec.Raw])
        if not 1 <= len(items) <= MAX_BATCH_RECORDS:
            raise InvalidInput(f"A batch holds 1 to {MAX_BATCH_RECORDS} records; this one holds {len(items)}.")
        stated: list[StatedRecord | AskonceError] = [self._state_item(source, item, request) for item in items]
        async with self._database.connection() as connection:
            erased = await find_erased_records(connection, [one for one in stated if isinstance(one, StatedRecord)])
        stated = [CustomerErased() if isinstance(one, StatedRecord) and one.key in erased else one for one in stated]
        put = iter((await self._put([one for one in stated if isinstance(one, StatedRecord)], request)).results)
        return json_response([_batch_answer(one, put) for one in stated])

    def _state_item(self, source: str, item: msgspec.Raw, request: Request) -> StatedRecord | InvalidInput:
        try:
            record = decode_json(bytes(item), SourceRecordItem)
            return state_record(record_key(source, record.external_id), record, region=self._region, now=request.now)
        except InvalidInput as error:
            return error

    async def _put(self, records: list[StatedRecord], request: Request) -> PutRecords:
        async def work(connection: Connection) -> PutRecords:
            return await put_records(connection, records, now=request.now, key_id=request.principal.key_id)

        put = await run_with_retry(self._database, work)
        await self._drop_views(put.changed)
        return put


async def record_of_path(database: Database, request: Request) -> RecordKey:
    """Which record the path names; SourceReserved if the caller does not speak for its source."""
    values = request.path_values
    await check_source(database, request.principal, values["source"])
    return record_key(values["source"], values["external_id"])


async def check_source(database: Database, principal: Principal, source: str) -> None:
    """SourceReserved for a source of askonce or a door, and for a channel that has another name.

    InvalidInput for a name that no source can have.
    """
    if is_reserved(source):
        raise SourceReserved
    check_source_name(source)
    if principal.is_person:
        return
    async with database.connection() as connection:
        own = await find_space_name(connection, principal.space_id)
    if own != source:
        raise SourceReserved("A key of the role channel speaks for the source that is named like its space alone.")


def record_answer(put: PutRecord) -> RecordAnswer:
    """The answer about one record."""
    return RecordAnswer(
        customer_id=put.customer_id,
        version=put.version,
        matchable=put.stated.matchable,
        hint=None if put.stated.matchable else NOTHING_TO_MATCH_BY,
        quality=tuple(
            QualityNote(field=one.path, verdict=one.judgement.verdict, hint=one.judgement.hint)
            for one in put.stated.values
            if one.judgement is not None
        ),
    )


def _batch_answer(stated: StatedRecord | AskonceError, put: Iterator[PutRecord]) -> RecordBatchAnswer:
    if isinstance(stated, StatedRecord):
        became = next(put)
        answer = structs.asdict(record_answer(became))
        return RecordBatchAnswer(status=201 if became.is_new else 200, **answer)
    problem = problem_details(stated)
    return RecordBatchAnswer(
        status=problem.status, type=problem.type, title=problem.title, detail=problem.detail, errors=problem.errors
    )
