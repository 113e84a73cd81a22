"""The docs page: the published description as one page to read, made on the server."""

from collections.abc import Sequence
from functools import cache
from html import escape
from itertools import groupby

import msgspec

from service.web.http.request import Request
from service.web.http.response import Response
from service.web.http.route import PUBLIC, MediaType, Route, route
from service.web.openapi.document import Json, openapi_document
from service.web.openapi.page import PUBLIC_FOR_AN_HOUR, html_page, stylesheet
from service.web.openapi.schema_table import schema_table, type_of


def docs_routes(routes: Sequence[Route]) -> list[Route]:
    """`GET /docs` and its style sheet; `routes` are described as they are when the page is first asked for."""

    @cache
    def docs_page() -> Response:
        return html_page("API", render_description(openapi_document(routes)))

    @route("GET", "/docs", roles=PUBLIC, summary="This API as a page to read", answers={200: MediaType("text/html")})
    async def show_api_page(_request: Request) -> Response:
        """Shows the same description as /openapi.json to people. It needs no key and loads nothing from elsewhere."""
        return docs_page()

    @route(
        "GET", "/docs/page.css", roles=PUBLIC, summary="The style of the pages", answers={200: MediaType("text/css")}
    )
    async def show_page_style(_request: Request) -> Response:
        """The style sheet of the pages that this service shows."""
        return Response(200, stylesheet(), b"text/css; charset=utf-8", (PUBLIC_FOR_AN_HOUR,))

    return [show_api_page, show_page_style]


def render_description(description: Json) -> str:
    """An OpenAPI document of ours as HTML: operations by room, then the shapes they speak of."""
    operations = [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    operations.sort(key=lambda found: found[2]["tags"][0])
    rooms = [(room, list(found)) for room, found in groupby(operations, key=lambda found: found[2]["tags"][0])]
    shapes = description["components"]["schemas"]
    return f"""<div class="columns">
<nav>{"".join(_table_of_contents(room, found) for room, found in rooms)}</nav>
<main>
<h1>askonce API</h1>
<p>Version {escape(description["info"]["version"])}. Send <code>Authorization: Bearer &lt;key&gt;</code>; machines read
<a href="/openapi.json">/openapi.json</a>.</p>
{"".join(_tag_section(room, found) for room, found in rooms)}
<section><h2>Shapes</h2>{"".join(_schema_article(name, schema) for name, schema in sorted(shapes.items()))}</section>
</main>
</div>"""


def _table_of_contents(tag: str, operations: list[tuple[str, str, Json]]) -> str:
    lines = (
        f'<li><a href="#{operation["operationId"]}">'
        f'<span class="{method}">{method.upper()}</span><span>{_breakable_path(path)}</span></a></li>'
        for method, path, operation in operations
    )
    return f"<h2>{escape(tag)}</h2><ul>{''.join(lines)}</ul>"


def _breakable_path(path: str) -> str:
    """The path as a narrow column takes it: lines break before its slashes."""
    return escape(path.removeprefix("/v1")).replace("/", "<wbr>/")


def _tag_section(tag: str, operations: list[tuple[str, str, Json]]) -> str:
    return f"<section><h2>{escape(tag)}</h2>{''.join(_operation_article(*one) for one in operations)}</section>"


def _operation_article(method: str, path: str, operation: Json) -> str:
    roles = "".join(f"<li>{escape(role)}</li>" for role in operation["x-roles"])
    tables = "".join(
        (
            _parameters_table(operation.get("parameters", [])),
            _body_table(operation.get("requestBody")),
            _responses_table(operation["responses"]),
        )
    )
    return f"""<article id="{operation["operationId"]}">
<h3><span class="method {method}">{method.upper()}</span><span class="path">{escape(path)}</span></h3>
<p>{escape(operation["summary"])}</p>
<p>{escape(operation["description"])}</p>
<p class="operation"><code>{escape(operation["operationId"])}</code></p>
<ul class="roles">{roles}</ul>
{tables}{_example(operation)}
</article>"""


def _example(operation: Json) -> str:
    """The example of an operation: a body that is sent, and the answer to it."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    answers = [
        (status, media["example"])
        for status, answer in operation["responses"].items()
        for media in answer.get("content", {}).values()
        if "example" in media
    ]
    parts = ([("Request", body)] if body is not None else []) + [(f"Answer {status}", one) for status, one in answers]
    if not parts:
        return ""
    blocks = "".join(f"<h5>{heading}</h5><pre>{escape(_pretty(content))}</pre>" for heading, content in parts)
    return f"<details><summary>Example</summary>{blocks}</details>"


def _pretty(content: object) -> str:
    return content if isinstance(content, str) else msgspec.json.format(msgspec.json.encode(content), indent=2).decode()


def _parameters_table(parameters: list[Json]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(parameter['name'])}</code> {_required_mark(parameter)}</td>"
        f"<td>{parameter['in']}, {type_of(parameter['schema'])}</td>"
        f"<td>{escape(parameter.get('description', ''))}</td></tr>"
        for parameter in parameters
    )
    return f"<h4>Parameters</h4><table>{rows}</table>"


def _required_mark(parameter: Json) -> str:
    return '<span class="required">required</span>' if parameter["required"] else ""


def _body_table(body: Json | None) -> str:
    if body is None:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(kind)}</code></td><td>{type_of(content['schema'])}</td></tr>"
        for kind, content in body["content"].items()
    )
    return f"<h4>Body</h4><table>{rows}</table>"


def _responses_table(answers: Json) -> str:
    rows = "".join(f"<tr><td>{status}</td><td>{_response_cell(answer)}</td></tr>" for status, answer in answers.items())
    return f"<h4>Answers</h4><table>{rows}</table>"


def _response_cell(answer: Json) -> str:
    if answer["description"].startswith("/problems/"):
        links = (f'<a href="{kind}">{kind.rpartition("/")[2]}</a>' for kind in answer["description"].split(", "))
        return ", ".join(links)
    contents = answer.get("content", {}).items()
    shapes = ", ".join(f"<code>{escape(kind)}</code> {type_of(content['schema'])}" for kind, content in contents)
    return f"{escape(answer['description'])} {shapes}"


def _schema_article(name: str, schema: Json) -> str:
    return f"""<article id="{escape(name)}"><h3 class="path">{escape(name)}</h3>
<p>{escape(schema.get("description", ""))}</p>{schema_table(schema)}</article>"""
