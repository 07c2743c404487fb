"""A tracer that keeps what it was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from alpine_core.model.trace import SpanCounts, TraceContext
from alpine_core.ports.tracer import FACT_NAMES, Fact


class MemorySpan:
    """`path`: the names of the steps that it lies in, its own last."""

    def __init__(self, name: str, context: TraceContext, above: MemorySpan | None, parent: TraceContext | None) -> None:
        self.name, self.context, self.parent = name, context, parent
        self.path: tuple[str, ...] = (*(() if above is None else above.path), name)
        self.links: tuple[TraceContext, ...] = ()
        self.facts: dict[str, Fact] = {}
        self.failed: str | None = None

    def note(self, **facts: Fact) -> None:
        self.facts |= {name: fact for name, fact in facts.items() if name in FACT_NAMES}

    def fail(self, kind: str) -> None:
        self.failed = kind


class MemoryTracer:
    """`ports.Tracer`: `spans` in the order of their beginning."""

    def __init__(self) -> None:
        self.spans: list[MemorySpan] = []
        self._here: ContextVar[MemorySpan | None] = ContextVar("here", default=None)

    @contextmanager
    def span(
        self, name: str, *, parent: TraceContext | None = None, links: Sequence[TraceContext] = (), **facts: Fact
    ) -> Iterator[MemorySpan]:
        """A step with the next number for its id; of a new trace where there is none above it."""
        number, above = len(self.spans) + 1, self._here.get() if parent is None else None
        parent = parent if above is None else above.context
        trace_id = f"{number:032x}" if parent is None else parent.trace_id
        span = MemorySpan(name, TraceContext(trace_id, f"{number:016x}", True), above, parent)
        span.links = tuple(links)
        span.note(**facts)
        self.spans.append(span)
        token = self._here.set(span)
        try:
            yield span
        except BaseException as error:
            span.fail(type(error).__name__)
            raise
        finally:
            self._here.reset(token)

    def current(self) -> TraceContext | None:
        """The innermost step of this task."""
        here = self._here.get()
        return None if here is None else here.context

    def counts(self) -> SpanCounts:
        """Nobody takes them."""
        return SpanCounts()

    def named(self, name: str) -> list[MemorySpan]:
        """Every step of this name."""
        return [span for span in self.spans if span.name == name]

    def paths(self) -> list[str]:
        """Where each step lies."""
        return [" ".join(span.path) for span in self.spans]
