"""`ports.Tracer` over OpenTelemetry: spans go to a collector by OTLP over HTTP, in batches, from their own thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from argo_core.adapters.tracing.counted_export import (
    BATCH_SECONDS,
    MOST_WAITING,
    BoundedProcessor,
    CountedExporter,
    Tally,
)
from argo_core.model.trace import SpanCounts, TraceContext
from argo_core.ports.tracer import FACT_NAMES, Fact

SCOPE = "argo"
LONGEST_TEXT = 256
MOST_FACTS, MOST_LINKS = 32, 32
EXPORT_SECONDS, LAST_SECONDS = 5.0, 3.0
# Where it says of each failed batch what we say once, and count.
EXPORTER_LOGGER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


@dataclass(frozen=True, slots=True)
class Collector:
    """Who takes spans. `url` is whole, its path included; `headers` go with each batch. `sample`: the share of traces
    that is recorded, 0–1; where the caller has decided for its trace, that stands."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sample: float = 1.0


class _OpenSpan:
    """`ports.Span` over the library's."""

    __slots__ = ("_span",)

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    @property
    def context(self) -> TraceContext | None:
        return _ours(self._span.get_span_context())

    def note(self, **facts: Fact) -> None:
        self._span.set_attributes(_shown(facts))

    def fail(self, kind: str) -> None:
        self._span.set_status(trace.StatusCode.ERROR)
        self._span.set_attributes(_shown({"reason": kind}))


class OtlpTracer:
    """Nothing global is set and no environment is meant: whoever embeds us keeps a tracing of their own. `told` hears,
    from another thread, why a collector is away, once, and "" when it is back. Close it last."""

    def __init__(
        self,
        collector: Collector,
        resource: Mapping[str, str],
        told: Callable[[str], None] = lambda _: None,
        most_waiting: int = MOST_WAITING,
        batch_seconds: float = BATCH_SECONDS,
    ) -> None:
        """`resource` names the process: `service.name` and the like."""
        logging.getLogger(EXPORTER_LOGGER).setLevel(logging.CRITICAL)
        self._tally = Tally(most_waiting)
        self._exporter = CountedExporter(_exporter_to(collector), self._tally, told)
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(collector.sample)),
            resource=Resource(dict(resource)),
            shutdown_on_exit=False,
            span_limits=SpanLimits(
                max_span_attributes=MOST_FACTS,
                max_events=0,
                max_links=MOST_LINKS,
                max_event_attributes=0,
                max_link_attributes=0,
                max_span_attribute_length=LONGEST_TEXT,
                max_attributes=MOST_FACTS,
                max_attribute_length=LONGEST_TEXT,
            ),
        )
        processor = BoundedProcessor(self._exporter, self._tally, most_waiting, batch_seconds)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(SCOPE)

    @contextmanager
    def span(
        self, name: str, *, parent: TraceContext | None = None, links: Sequence[TraceContext] = (), **facts: Fact
    ) -> Iterator[_OpenSpan]:
        """See `ports.Tracer`."""
        opened = self._tracer.start_as_current_span(
            name,
            context=None if parent is None else trace.set_span_in_context(_remote(parent), Context()),
            attributes=_shown(facts),
            links=[trace.Link(_theirs(link)) for link in links],
            record_exception=False,  # its message and its stack may hold what nobody should read
            set_status_on_exception=False,
        )
        with opened as span:
            step = _OpenSpan(span)
            try:
                yield step
            except BaseException as error:
                step.fail(type(error).__name__)
                raise

    def current(self) -> TraceContext | None:
        """See `ports.Tracer`."""
        return _ours(trace.get_current_span().get_span_context())

    def counts(self) -> SpanCounts:
        """See `ports.Tracer`."""
        return self._tally.counts()

    def close(self, seconds: float = LAST_SECONDS) -> None:
        """Send what waits, for so long at most; the rest is dropped. Blocks: not for the event loop."""
        ending = threading.Thread(target=self._provider.shutdown, name="last spans", daemon=True)
        ending.start()
        ending.join(seconds)
        if ending.is_alive():
            self._exporter.shutdown()
            self._tally.give_up()


def _exporter_to(collector: Collector) -> OTLPSpanExporter:
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor a .netrc of the environment sees spans or changes their headers
    session.max_redirects = 0  # nobody else is sent the headers
    return OTLPSpanExporter(
        endpoint=collector.url,
        headers=dict(collector.headers),
        timeout=EXPORT_SECONDS,
        compression=Compression.Gzip,
        session=session,
    )


def _shown(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {name: value for name, value in facts.items() if name in FACT_NAMES and value != ""}


def _ours(context: trace.SpanContext) -> TraceContext | None:
    if not context.is_valid:
        return None
    return TraceContext(f"{context.trace_id:032x}", f"{context.span_id:016x}", context.trace_flags.sampled)


def _theirs(context: TraceContext) -> trace.SpanContext:
    flags = trace.TraceFlags(trace.TraceFlags.SAMPLED if context.sampled else trace.TraceFlags.DEFAULT)
    return trace.SpanContext(int(context.trace_id, 16), int(context.span_id, 16), is_remote=True, trace_flags=flags)


def _remote(context: TraceContext) -> trace.Span:
    return trace.NonRecordingSpan(_theirs(context))
