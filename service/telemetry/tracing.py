"""Traces by OpenTelemetry: through the door, the registration, the relay and the webhooks.

They are on where the standard variables name an exporter (`OTEL_TRACES_EXPORTER`, or an endpoint of OTLP); without
them nothing is imported, and every function here returns at once. A span is passed on as its W3C `traceparent`, empty
where there is none or it is not sampled. Spans hold routes, kinds and ids, and of errors the class alone.

https://www.w3.org/TR/trace-context/, https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, ClassVar, Literal

from service.errors import ConfigurationError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

SpanKind = Literal["internal", "server", "client", "consumer"]
Attribute = str | int
_HEADER = "traceparent"
_is_batch = ContextVar("is_batch", default=False)


class _State:
    """What this process does; there is one."""

    provider: ClassVar["TracerProvider | None"] = None


class ActiveSpan:
    """A span that is under way; without traces one that keeps nothing."""

    def __init__(self, span: "Span | None" = None) -> None:
        self._span = span

    @property
    def traceparent(self) -> str:
        """The span as others are told of it."""
        return "" if self._span is None else _traceparent_of(self._span)

    def describe(self, name: str, attributes: Mapping[str, Attribute]) -> None:
        """Give it the name that is known by now."""
        if self._span is not None:
            self._span.update_name(name)
            self._span.set_attributes(dict(attributes))

    def fail(self, reason: str) -> None:
        """Mark it as failed, for a reason without anything of a customer."""
        if self._span is not None:
            from opentelemetry.trace import Status, StatusCode

            self._span.set_status(Status(StatusCode.ERROR, reason))


def exporter_name(environment: Mapping[str, str]) -> str:
    """The exporter that these variables ask for; empty for none. ConfigurationError if there is no such one here."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return ""
    endpoints = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    name = environment.get("OTEL_TRACES_EXPORTER") or ("otlp" if any(map(environment.get, endpoints)) else "none")
    if name == "none":
        return ""
    if name not in {"otlp", "console"}:
        raise ConfigurationError(f"OTEL_TRACES_EXPORTER is {name}: otlp, console and none are known.")
    try:
        import opentelemetry.sdk.trace  # noqa: F401 (whether it is there)
    except ImportError as error:
        raise ConfigurationError("The OTEL_ variables ask for traces: install askonce[otel].") from error
    return name


def start_tracing(environment: Mapping[str, str], *, service: str) -> None:
    """Trace from now on if these variables ask for it; `service` is the name unless OTEL_SERVICE_NAME gives another."""
    name = exporter_name(environment)
    if not name:
        return
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

    exporter: SpanExporter
    if name == "console":
        exporter = ConsoleSpanExporter()
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        exporter = OTLPSpanExporter()
    own_name = {} if environment.get("OTEL_SERVICE_NAME") else {"service.name": service}
    provider = TracerProvider(resource=Resource.create(own_name))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    use_provider(provider)


def use_provider(provider: "TracerProvider | None") -> None:
    """Trace with this provider from now on, or not at all."""
    _State.provider = provider


def stop_tracing() -> None:
    """Send what is left, and trace no longer."""
    if _State.provider is not None:
        _State.provider.shutdown()
    _State.provider = None


def is_on() -> bool:
    """Whether this process traces."""
    return _State.provider is not None


def current_traceparent() -> str:
    """The span of this task, as others are told of it."""
    if _State.provider is None:
        return ""
    from opentelemetry.trace import get_current_span

    return _traceparent_of(get_current_span())


def is_batch() -> bool:
    """Whether this task stores what several requests gave, within `batch_span`."""
    return _is_batch.get()


def span(
    name: str, *, kind: SpanKind = "internal", parent: str | None = None, **attributes: Attribute
) -> "AbstractContextManager[ActiveSpan]":
    """A span for the block, under `parent`, or under the task's own if that is None."""
    if _State.provider is None:
        return nullcontext(ActiveSpan())
    return _span(name, kind, None if parent is None else _context_of(parent), (), attributes)


def batch_span(name: str, parents: Collection[str]) -> "AbstractContextManager[object]":
    """A span of what is done for many at once: under the one parent that has a trace, else linked to all of them."""
    if _State.provider is None:
        return nullcontext()
    return _batch_span(name, [one for one in parents if one])


@contextmanager
def relay_spans(name: str, parents: Iterable[str | None]) -> Iterator[Mapping[str | None, str | None]]:
    """A span under each of these; gives what to tell others instead of each parent, and nothing without traces."""
    with ExitStack() as stack:
        passed_on: dict[str | None, str | None] = {}
        if _State.provider is not None:
            for parent in {one for one in parents if one}:
                started = stack.enter_context(_span(name, "consumer", _context_of(parent), (), {}))
                passed_on[parent] = started.traceparent or parent
        yield passed_on


@contextmanager
def _batch_span(name: str, parents: Collection[str]) -> Iterator[None]:
    from opentelemetry.context import Context, attach, detach

    token = attach(Context())  # the task may have been begun by a request of another batch
    batch = _is_batch.set(bool(parents))
    try:
        if not parents:
            yield
            return
        alone = _context_of(next(iter(parents))) if len(parents) == 1 else None
        with _span(name, "internal", alone, () if alone else parents, {"askonce.batch.size": len(parents)}):
            yield
    finally:
        _is_batch.reset(batch)
        detach(token)


@contextmanager
def _span(
    name: str,
    kind: SpanKind,
    context: "Context | None",
    linked: Iterable[str],
    attributes: Mapping[str, Attribute],
) -> Iterator[ActiveSpan]:
    """The text of an exception may hold what a customer said, so only its class is kept."""
    from opentelemetry import trace

    assert _State.provider is not None  # the callers ask
    links = [trace.Link(trace.get_current_span(_context_of(one)).get_span_context()) for one in linked]
    with _State.provider.get_tracer("askonce").start_as_current_span(
        name,
        context=context,
        kind=trace.SpanKind[kind.upper()],
        links=links,
        attributes=dict(attributes),
        record_exception=False,
        set_status_on_exception=False,
    ) as started:
        active = ActiveSpan(started)
        try:
            yield active
        except BaseException as error:
            active.fail(type(error).__name__)
            raise


def _context_of(traceparent: str) -> "Context":
    """The context that a traceparent names; an empty one if it names none."""
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({_HEADER: traceparent}, Context())


def _traceparent_of(span: "Span") -> str:
    found = span.get_span_context()
    if not found.is_valid or not found.trace_flags.sampled:
        return ""
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-01"
