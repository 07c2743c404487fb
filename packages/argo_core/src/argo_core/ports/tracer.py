"""Following one piece of work through its steps."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from argo_core.model.trace import SpanCounts, TraceContext

Fact = str | int | float | bool


class Span(Protocol):
    """One step while it lasts. Promise: nothing here raises, waits or changes what the step does."""

    @property
    def context(self) -> TraceContext | None:
        """Where the step stands; None where nothing is traced."""
        ...

    def note(self, **facts: Fact) -> None:
        """What came out of it."""
        ...

    def fail(self, kind: str) -> None:
        """It failed; `kind` is a stable word, never a message: a message may hold what nobody should read."""
        ...


class Tracer(Protocol):
    """Promise: a step takes the time that it takes without one. Nothing here raises or waits, whatever becomes of a
    collector: what it cannot take is dropped, and counted.

    Only facts whose names are in `FACT_NAMES` leave the process, and texts are cut: no key, no address of a person.
    """

    def span(
        self,
        name: str,
        *,
        parent: TraceContext | None = None,
        links: Sequence[TraceContext] = (),
        **facts: Fact,
    ) -> AbstractContextManager[Span]:
        """A step that ends with the context: below `parent`, else below the step that this task is in, else the first
        of a trace. `links`: other steps that led to this one. An exception passes through and marks the step with its
        class."""
        ...

    def current(self) -> TraceContext | None:
        """The step that this task is in; None outside, and where nothing is traced."""
        ...

    def counts(self) -> SpanCounts:
        """What became of ended steps."""
        ...


FACT_NAMES = frozenset(
    {
        "absent",
        "allowed",
        "answered",
        "asked",
        "cycle_id",
        "denied_by",
        "endpoint",
        "entries",
        "evaluated",
        "executor_id",
        "from_cache",
        "intake",
        "known",
        "messages",
        "orders",
        "path",
        "published",
        "reason",
        "receiver",
        "refused",
        "side",
        "signal_id",
        "source",
        "status",
        "symbol",
        "symbols",
        "taken",
        "vendor",
    }
)
"""Every name that a fact may have."""
