import asyncio
import subprocess
import sys

import msgspec
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.app.worker import worker_dependencies
from service.errors import ConfigurationError, CustomerUnknown
from service.events import sending, webhooks
from service.events.model import WebhookRequest
from service.events.transport import Resolver
from service.model.vocabulary import Audience
from service.telemetry import tracing
from service.web.http.middleware import TracedApp
from service.worker.relay import relay_outbox
from service.worker.webhooks import WebhookSender
from tests.events.sinks import Sink, status
from tests.fixtures import NOW
from tests.house.place import ROOT
from tests.registration.events import event_json

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = 0x0AF7651916CD43DD8448EB211C80319C


@pytest.fixture
def spans():
    """The spans that have ended, by name; traces are on during the test."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use_provider(provider)
    yield lambda: {span.name: span for span in exporter.get_finished_spans()}
    tracing.stop_tracing()


@pytest.fixture
async def traced_desk(desk, spans):
    """The service over HTTP, traced."""
    transport = desk.http._transport
    transport.app = TracedApp(transport.app)
    return desk


@pytest.fixture
async def receiver(rooms):
    """A receiver of all events."""
    sink = await Sink(status(204)).start()
    async with rooms.database.transaction() as connection:
        wanted = WebhookRequest(url=sink.url, types=["*"], role=Audience.CONSOLE)
        await webhooks.upsert_webhook(connection, "crm", wanted, now=NOW)
    yield sink
    await sink.stop()


async def work(rooms):
    """Relay every change, and deliver it."""
    duties = worker_dependencies(rooms)
    settings = msgspec.structs.replace(rooms.settings, webhook_allow_private=True)
    async with sending.webhook_client(Resolver(), allow_private=True) as client:
        sender = WebhookSender(msgspec.structs.replace(duties, settings=settings), client)
        while await relay_outbox(duties) or await sender.run_round():
            pass


async def register(desk, traceparent=CALLER):
    """Register an interaction for a caller that traces."""
    answer = await desk("channel", "POST", "/v1/interactions", event_json(), traceparent=traceparent)
    assert answer.status_code == 201


def parents(found):
    """The names of the spans, each with that of its parent."""
    names = {span.context.span_id: name for name, span in found.items()}
    return {name: names.get(span.parent.span_id, "the caller") for name, span in found.items() if span.parent}


async def test_a_change_is_traced_from_its_request_to_the_webhook(traced_desk, rooms, receiver, spans):
    await register(traced_desk)
    await work(rooms)
    assert parents(spans()) == {
        "POST /v1/interactions": "the caller",
        "commit interactions": "POST /v1/interactions",
        "relay": "commit interactions",
        "webhook": "relay",
    }
    assert {span.context.trace_id for span in spans().values()} == {TRACE}


async def test_a_webhook_is_sent_the_span_of_its_delivery(traced_desk, rooms, receiver, spans):
    await register(traced_desk)
    await work(rooms)
    (sent,) = {request.headers["traceparent"] for request in receiver.received}
    assert sent == f"00-{TRACE:032x}-{spans()['webhook'].context.span_id:016x}-01"


async def test_a_change_at_a_desk_is_traced_too(traced_desk, rooms, receiver, spans):
    customer_id = (await traced_desk.register()).json()["customer_id"]
    await traced_desk("console", "PATCH", f"/v1/customers/{customer_id}", {"language": "de"}, traceparent=CALLER)
    await work(rooms)
    assert parents(spans())["PATCH /v1/customers/{customer_id}"] == "the caller"
    assert TRACE in {span.context.trace_id for name, span in spans().items() if name == "webhook"}


async def test_requests_that_share_a_transaction_are_linked_to_it(traced_desk, spans):
    answers = await asyncio.gather(*(traced_desk.register(source_event_id=f"e{n}") for n in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    shared = spans()["commit interactions"]
    assert shared.attributes["askonce.batch.size"] == len(shared.links) > 1
    assert shared.parent is None


async def test_a_later_change_without_a_trace_does_not_join_the_last_one(traced_desk, rooms, spans):
    await register(traced_desk)
    tracing.stop_tracing()
    await traced_desk.register(source_event_id="later")
    async with rooms.database.connection() as connection:
        rows = await connection.fetch("SELECT traceparent FROM outbox ORDER BY outbox_id")
    assert [row["traceparent"] is None for row in rows] == [False, True]


async def test_a_caller_that_does_not_trace_is_not_traced(traced_desk, rooms, receiver, spans):
    await register(traced_desk, CALLER[:-1] + "0")
    await work(rooms)
    assert spans() == {}
    assert {request.headers.get("traceparent") for request in receiver.received} == {None}


async def test_a_span_names_the_route_and_never_the_customer(traced_desk, spans):
    customer_id = (await traced_desk.register()).json()["customer_id"]
    await traced_desk("console", "GET", f"/v1/customers/{customer_id}")
    assert customer_id not in str([(span.name, dict(span.attributes)) for span in spans().values()])


async def test_of_an_error_the_class_alone_is_kept(spans):
    with pytest.raises(CustomerUnknown), tracing.span("reading"):
        raise CustomerUnknown("Anna Beispiel")
    assert spans()["reading"].status.description == "CustomerUnknown"
    assert spans()["reading"].events == ()


async def test_health_and_metrics_are_not_traced(traced_desk, spans):
    await traced_desk.http.get("/health/live")
    await traced_desk.http.get("/metrics")
    assert spans() == {}


@pytest.mark.parametrize(
    "environment", [{}, {"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "true"}]
)
def test_without_an_exporter_nothing_is_traced(environment):
    tracing.start_tracing(environment, service="askonce")
    assert not tracing.is_on()


@pytest.mark.parametrize(
    "environment", [{"OTEL_TRACES_EXPORTER": "console"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}]
)
def test_the_standard_variables_name_the_exporter(environment):
    tracing.start_tracing(environment, service="askonce")
    assert tracing.is_on()
    tracing.stop_tracing()


def test_an_exporter_that_is_not_known_is_said():
    with pytest.raises(ConfigurationError, match="zipkin"):
        tracing.exporter_name({"OTEL_TRACES_EXPORTER": "zipkin"})


def test_traces_without_the_extra_are_said_before_anything_starts(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ConfigurationError, match=r"askonce\[otel\]"):
        tracing.exporter_name({"OTEL_TRACES_EXPORTER": "otlp"})


def test_without_traces_nothing_of_them_is_loaded():
    code = (
        "import sys, service.app.web, service.app.worker, service.cli.serving.application\n"
        "from service.telemetry import tracing\n"
        "with tracing.span('x'), tracing.batch_span('y', ['']): tracing.current_traceparent()\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry.sdk')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
