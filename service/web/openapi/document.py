"""The published description: OpenAPI 3.1, made of the declarations of the routes themselves."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from types import UnionType
from typing import Any, get_args

import msgspec

from service import errors
from service.errors import AskonceError
from service.web.http import problems
from service.web.http.parameters import IDEMPOTENCY_KEY, OPTIONAL_IDEMPOTENCY_KEY
from service.web.http.problems import PROBLEM_JSON, ProblemDetails
from service.web.http.request import Request
from service.web.http.response import Response, json_response
from service.web.http.route import ANY_MEDIA_TYPE, PUBLIC, Access, MediaType, Parameter, Route, route
from service.web.openapi.examples import OCTET_STREAM, attach_example

Json = dict[str, Any]
SchemaOf = Callable[[object], Json]

_COMMON_ERRORS = (errors.AskonceError, errors.Overloaded, errors.RequestTimedOut)
_AUTHENTICATED_ERRORS = (errors.InvalidInput, errors.Unauthenticated, errors.DatabaseUnavailable, errors.DatabaseBusy)
_BODY_ERRORS = (errors.BodyTooLarge, errors.RequestTooSlow)
_IDEMPOTENCY_ERRORS = (errors.IdempotencyKeyReused, errors.IdempotencyKeyRunning)
_BYTES: Json = {
    "type": "string",
    "format": "binary",
    "description": "A body in the vendor's own format, with the media type that the vendor sends.",
}
_TEXTS_OF_VENDORS = ("text/plain", "text/xml", "application/xml")
"""What vendors' systems are answered besides JSON."""
_PAGE_NAME = re.compile(r"\bPage[_\[](\w+?)[_\]](?!\w)")
"""What msgspec calls a page of some shape: `Page[Shape]` as a title, `Page_Shape_` as a reference."""
_PATH_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def openapi_routes(routes: Sequence[Route]) -> list[Route]:
    """`GET /openapi.json`, which describes `routes` as they are when it is first asked for."""

    @cache
    def openapi_response() -> Response:
        return json_response(openapi_document(routes))

    @route(
        "GET",
        "/openapi.json",
        roles=PUBLIC,
        summary="This API as an OpenAPI 3.1 document",
        answers={200: dict[str, Any]},
    )
    async def read_api_description(_request: Request) -> Response:
        """Every operation, shape and problem of this service. Client generators and tools read it."""
        return openapi_response()

    return [read_api_description]


def openapi_document(routes: Sequence[Route]) -> Json:
    """The OpenAPI document of these routes; a shape is described once, under components."""
    routes = [declared for declared in routes if declared.described]
    schema_of, schemas = _schemas(routes)
    paths: dict[str, Json] = {}
    for declared in sorted(routes, key=lambda declared: declared.path):
        paths.setdefault(_openapi_path(declared.path), {})[declared.method.lower()] = _operation(declared, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "askonce",
            "version": version("askonce"),
            "summary": "Customers explain it once.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "bearerFormat": "ask_<role>_<secret>"}},
            "headers": {
                "X-Request-ID": {"description": "The caller's, or a new one.", "schema": {"type": "string"}},
                "Context-Version": {
                    "description": "The customer's version, where the answer is about one.",
                    "schema": {"type": "integer"},
                },
            },
        },
    }


def _schemas(routes: Sequence[Route]) -> tuple[SchemaOf, Json]:
    """A function from shape to schema, and what those refer to."""
    shapes: list[object] = [ProblemDetails, IDEMPOTENCY_KEY.shape]
    for declared in routes:
        shapes += declared.bodies.values()
        shapes += (
            shape for shape in declared.answers.values() if shape is not None and not isinstance(shape, MediaType)
        )
        shapes += (parameter.shape for parameter in declared.parameters)
        shapes += declared.refers_to
    parts = [part for shape in shapes for part in _union_members(shape)]
    found, components = msgspec.json.schema_components(parts, ref_template="#/components/schemas/{name}")
    _write_what_generators_need([found, components])
    _describe_tags(parts, found, components)
    found, components = _with_page_names([found, components])

    def schema_of(shape: object) -> Json:
        schemas = [found[parts.index(part)] for part in _union_members(shape)]
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    return schema_of, components


def _union_members(shape: object) -> tuple[object, ...]:
    """What a shape may be: the members of a union (msgspec describes no union of several structs), else itself."""
    return get_args(shape) if isinstance(shape, UnionType) else (shape,)


def _with_page_names(part: Any) -> Any:
    """The same schemas, with a page named by its items: `HandoffPage` for `Page[HandoffAnswer]`."""
    if isinstance(part, dict):
        return {_PAGE_NAME.sub(_page_name, name): _with_page_names(inner) for name, inner in part.items()}
    if isinstance(part, (list, tuple)):
        return [_with_page_names(inner) for inner in part]
    return _PAGE_NAME.sub(_page_name, part) if isinstance(part, str) else part


def _page_name(match: re.Match[str]) -> str:
    return re.sub(r"(Answer|Item)$", "", match[1]) + "Page"


def _write_what_generators_need(part: object) -> None:
    """Say what msgspec leaves out, in every schema below `part`.

    Decimals are numbers in our answers (`response.json`), not the strings that msgspec would send, and keep their
    format, so that a client need not read money as binary floating point. An array of anything says so; and a constant
    is written as one, since generators of clients refuse an enumeration of true.
    """
    if isinstance(part, dict):
        if part.get("format") == "decimal":
            part["type"] = "number"
            if "default" in part:
                part["default"] = msgspec.json.decode(part["default"])
        if part.get("type") == "array" and not part.keys() & {"items", "prefixItems"}:
            part["items"] = {}
        if part.get("enum") == [True]:
            part.update(type="boolean", const=part.pop("enum")[0])
        part = list(part.values())
    if isinstance(part, (list, tuple)):
        for inner in part:
            _write_what_generators_need(inner)


def _describe_tags(parts: Sequence[object], found: Sequence[Json], components: Json) -> None:
    """Describe the constant by which the shapes of one answer differ: msgspec adds it, and no field declares it."""
    for part, schema in zip(parts, found, strict=True):
        if isinstance(part, type) and issubclass(part, msgspec.Struct) and (tag := part.__struct_config__.tag_field):
            properties = components[schema["$ref"].rpartition("/")[2]]["properties"]
            properties[tag]["description"] = "A constant that tells this shape from the others that may be answered."


def _operation(declared: Route, schema_of: SchemaOf) -> Json:
    public = declared.roles is PUBLIC
    operation: Json = {
        "operationId": _camel_case(declared.operation),
        "summary": declared.summary,
        "description": declared.description,
        "tags": [_tag(declared.path)],
        "x-roles": [declared.roles.value] if isinstance(declared.roles, Access) else sorted(declared.roles or ()),
        "security": [] if public else [{"key": []}],
        "responses": _responses(declared, schema_of),
    }
    if parameters := _parameters(declared, schema_of):
        operation["parameters"] = parameters
    if declared.bodies:
        operation["requestBody"] = {
            "required": True,
            "content": {
                _media_type(kind): {"schema": _BYTES if kind == ANY_MEDIA_TYPE else schema_of(shape)}
                for kind, shape in declared.bodies.items()
            },
        }
    if declared.deprecated:
        operation |= declared.deprecated.published(declared.description)
    attach_example(operation)
    return operation


def _parameters(declared: Route, schema_of: SchemaOf) -> list[Json]:
    in_path: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name)}
        for name in _PATH_PARAMETER.findall(declared.path)
    ]
    others = list(declared.parameters)
    if declared.idempotent or declared.optionally_idempotent:
        others.append(IDEMPOTENCY_KEY if declared.idempotent else OPTIONAL_IDEMPOTENCY_KEY)
    return in_path + [_parameter(parameter, schema_of(parameter.shape)) for parameter in others]


def _path_schema(name: str) -> Json:
    ours = name.endswith("_id") and name not in {"content_id", "external_id", "notice_id"}  # callers choose these
    return {"type": "string", "format": "uuid"} if ours else {"type": "string", "minLength": 1}


def _parameter(parameter: Parameter, schema: Json) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.location,
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
    }


def _responses(declared: Route, schema_of: SchemaOf) -> Json:
    """What the route answers by status; where that may be a body of its own or a problem, both."""
    answers, refusals = _success_responses(declared, schema_of), _problem_responses(declared, schema_of)
    for status in answers.keys() & refusals.keys():
        refusals[status]["content"] |= answers[status].get("content", {})
    return answers | refusals


def _success_responses(declared: Route, schema_of: SchemaOf) -> Json:
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", "Context-Version")},
            **({} if shape is None else {"content": _content(shape, schema_of) | _texts(declared.media_types)}),
        }
        for status, shape in sorted(declared.answers.items())
    }


def _content(shape: object, schema_of: SchemaOf) -> Json:
    if isinstance(shape, MediaType):
        if shape.content_type == ANY_MEDIA_TYPE:
            return {"application/json": {"schema": {}}} | _texts(_TEXTS_OF_VENDORS)
        schema = {"type": "object" if shape.content_type.endswith("json") else "string"}
        return {shape.content_type: {"schema": schema}}
    return {"application/json": {"schema": schema_of(shape)}}


def _media_type(content_type: str) -> str:
    """What comes in any media type is described as bytes: generators of clients leave `*/*` out."""
    return OCTET_STREAM if content_type == ANY_MEDIA_TYPE else content_type


def _texts(media_types: Iterable[str]) -> Json:
    return {content_type: {"schema": {"type": "string"}} for content_type in media_types}


def _problem_responses(declared: Route, schema_of: SchemaOf) -> Json:
    """The problems of a route by status; each description links the pages of its kinds."""
    by_status: dict[str, list[str]] = {}
    for kind in _error_types(declared):
        problem = problems.PROBLEMS[kind]
        by_status.setdefault(str(problem.status), []).append(problem.type)
    return {
        status: {
            "description": ", ".join(types),
            "content": {PROBLEM_JSON.decode(): {"schema": schema_of(ProblemDetails)}},
        }
        for status, types in sorted(by_status.items())
    }


def _error_types(declared: Route) -> list[type[AskonceError]]:
    """Every error that the route can answer with, once each."""
    kinds: list[type[AskonceError]] = [*_COMMON_ERRORS, *declared.problems]
    if declared.roles is not PUBLIC:
        kinds += _AUTHENTICATED_ERRORS
    if not isinstance(declared.roles, Access):
        kinds.append(errors.RoleNotAllowed)
    if declared.bodies:
        kinds += _BODY_ERRORS if ANY_MEDIA_TYPE in declared.bodies else (*_BODY_ERRORS, errors.MediaTypeUnknown)
    if declared.idempotent:
        kinds.append(errors.IdempotencyKeyMissing)
    if declared.idempotent or declared.optionally_idempotent:
        kinds += _IDEMPOTENCY_ERRORS
    return list(dict.fromkeys(kinds))


def _camel_case(operation: str) -> str:
    """`accept_handoff` as `acceptHandoff`."""
    first, *others = operation.strip("_").split("_")
    return first + "".join(word.capitalize() for word in others)


def _openapi_path(path: str) -> str:
    """The path without the kinds of its values: `{rest:path}` is `{rest}`."""
    return _PATH_PARAMETER.sub(r"{\1}", path)


def _tag(path: str) -> str:
    """The room a path belongs to: its first word after the version."""
    words = [word for word in path.split("/") if word and word != "v1"]
    return words[0].removesuffix(".json") if words else "root"
