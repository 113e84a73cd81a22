"""POST /v1/interactions: what happened, from any channel, one by one or many at once."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from service.channels import cloud_events
from service.errors import AskonceError, CustomerErased, InvalidInput, SourceReserved
from service.model.decode import decode_json
from service.model.interaction import Interaction, RegistrationResult
from service.model.vocabulary import Role, ServedBy
from service.registration.batcher import Registrar
from service.registration.model import Submission
from service.registration.prepare import prepare_submission
from service.registration.sources import is_reserved
from service.web.http.parameters import AFFINITY
from service.web.http.problems import FieldError, problem_details
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import MAX_BATCH_BYTES, route

INTERACTION_WRITER_ROLES = frozenset({Role.CHANNEL, Role.BOT, Role.STORE, Role.CONSOLE, Role.ADMIN})
MAX_BATCH_ITEMS = 1000

InteractionParser = Callable[[bytes], Interaction]


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one item of a batch: 201, or 200 for a duplicate, with the ids; else the problem's fields."""

    status: Annotated[
        int, msgspec.Meta(description="HTTP status of the item: 201, 200 for a duplicate, else that of the problem.")
    ]
    interaction_id: Annotated[UUID | None, msgspec.Meta(description="Id of the interaction; absent for a problem.")] = (
        None
    )
    customer_id: Annotated[UUID | None, msgspec.Meta(description="Id of the customer; absent for a problem.")] = None
    conversation_id: Annotated[
        UUID | None, msgspec.Meta(description="Id of the conversation; absent for a problem.")
    ] = None
    version: Annotated[
        int | None,
        msgspec.Meta(description="Version of the customer's context with this interaction; absent for a problem."),
    ] = None
    duplicate: Annotated[
        bool | None, msgspec.Meta(description="Whether the interaction was on record before; absent for a problem.")
    ] = None
    served_by: Annotated[
        ServedBy | UnsetType | None,
        msgspec.Meta(
            description="Who serves the conversation now: `giver`, `taker` or `nobody`; null if never handed off, "
            "absent for a problem."
        ),
    ] = UNSET
    type: Annotated[
        str | None, msgspec.Meta(description="Problem type (RFC 9457), a URI reference; absent unless the item failed.")
    ] = None
    title: Annotated[
        str | None, msgspec.Meta(description="Title of the problem type; absent unless the item failed.")
    ] = None
    detail: Annotated[
        str | None, msgspec.Meta(description="What is wrong with this item; absent unless the item failed.")
    ] = None
    errors: Annotated[
        tuple[FieldError, ...], msgspec.Meta(description="Invalid fields of the item; absent without any.")
    ] = ()


InteractionBatch = Annotated[list[Interaction], msgspec.Meta(min_length=1, max_length=MAX_BATCH_ITEMS)]


class InteractionRoutes:
    """The routes by which every channel can register what happened."""

    def __init__(self, registrar: Registrar, *, region: str) -> None:
        self._registrar = registrar
        self._region = region

    @route(
        "POST",
        "/v1/interactions",
        restricted_too=True,
        roles=INTERACTION_WRITER_ROLES,
        summary="Register an interaction, once per source and source_event_id",
        parameters=(AFFINITY,),
        bodies={"application/json": Interaction, cloud_events.MEDIA_TYPE: cloud_events.CloudEvent},
        answers={201: RegistrationResult, 200: RegistrationResult},
        problems=(SourceReserved, CustomerErased),
    )
    async def register_interaction(self, request: Request) -> Response:
        """Puts one interaction on record, and finds or creates its customer and conversation.

        The same source and source_event_id again changes nothing and answers 200. Sources belong to keys of one space,
        which is the key's name unless it was made with another: the same pair of another space is another interaction.
        The sources of askonce and its doors are refused.
        """
        interaction = _parser(request)(request.raw)
        answer = await self._registrar.register(self._prepare_interaction(interaction, request))
        return json_response(answer, status=200 if answer.duplicate else 201, version=answer.version)

    @route(
        "POST",
        "/v1/interactions/batch",
        restricted_too=True,
        roles=INTERACTION_WRITER_ROLES,
        summary="Register up to 1000 interactions; each succeeds or fails for itself",
        parameters=(AFFINITY,),
        bodies={"application/json": InteractionBatch, cloud_events.BATCH_MEDIA_TYPE: list[cloud_events.CloudEvent]},
        body_limit_bytes=MAX_BATCH_BYTES,
        answers={200: list[BatchAnswer]},
    )
    async def register_interactions(self, request: Request) -> Response:
        """Registers each item for itself.

        The answer has one entry for each item, in the same order, with its status or problem.
        """
        items = decode_json(request.raw, list[msgspec.Raw])
        if not 1 <= len(items) <= MAX_BATCH_ITEMS:
            raise InvalidInput(f"A batch holds 1 to {MAX_BATCH_ITEMS} interactions; this one holds {len(items)}.")
        parse = _parser(request)
        prepared = [self._prepare_item(parse, item, request) for item in items]
        registered = iter(await self._registrar.register_all([one for one in prepared if isinstance(one, Submission)]))
        answers = [one if isinstance(one, AskonceError) else next(registered) for one in prepared]
        return json_response([_batch_answer(answer) for answer in answers])

    def _prepare_interaction(self, interaction: Interaction, request: Request) -> Submission:
        """SourceReserved under a source of askonce or a door, whether the event is on record or not."""
        if is_reserved(interaction.source):
            raise SourceReserved
        principal = request.principal
        return prepare_submission(
            interaction,
            key_id=principal.key_id,
            region=self._region,
            space_id=principal.space_id,
            by_person=principal.is_person,
        )

    def _prepare_item(self, parse: InteractionParser, item: msgspec.Raw, request: Request) -> Submission | AskonceError:
        try:
            return self._prepare_interaction(parse(bytes(item)), request)
        except (InvalidInput, SourceReserved) as error:
            return error


def _parser(request: Request) -> InteractionParser:
    """How a body of the request's content type becomes an interaction."""
    media_type = request.header(b"content-type").partition(";")[0].strip().lower()
    if media_type in {cloud_events.MEDIA_TYPE, cloud_events.BATCH_MEDIA_TYPE}:
        return lambda raw: cloud_events.parse(raw, request.now)
    return lambda raw: decode_json(raw, Interaction)


def _batch_answer(answer: RegistrationResult | AskonceError) -> BatchAnswer:
    if isinstance(answer, RegistrationResult):
        return BatchAnswer(status=200 if answer.duplicate else 201, **msgspec.structs.asdict(answer))
    problem = problem_details(answer)
    return BatchAnswer(
        status=problem.status, type=problem.type, title=problem.title, detail=problem.detail, errors=problem.errors
    )
