"""The tracer of a process that is not traced."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from argo_core.model.trace import SpanCounts, TraceContext
from argo_core.ports.tracer import Fact


class _Silence:
    """Every step at once: it holds nothing, so one does for all."""

    __slots__ = ()
    context = None

    def note(self, **facts: Fact) -> None:
        return

    def fail(self, kind: str) -> None:
        return

    def __enter__(self) -> _Silence:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return


_SILENCE = _Silence()


class SilentTracer:
    """`ports.Tracer` that traces nothing."""

    __slots__ = ()

    def span(
        self, name: str, *, parent: TraceContext | None = None, links: Sequence[TraceContext] = (), **facts: Fact
    ) -> _Silence:
        """Nothing."""
        return _SILENCE

    def current(self) -> TraceContext | None:
        """None."""
        return None

    def counts(self) -> SpanCounts:
        """None of either."""
        return SpanCounts()


SILENT = SilentTracer()
