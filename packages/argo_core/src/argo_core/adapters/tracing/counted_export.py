"""Ended spans on their way to a collector: a bounded number waits, and each is counted once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from argo_core.model.trace import SpanCounts

MOST_WAITING, BATCH = 2048, 512
BATCH_SECONDS = 1.0


class Tally:
    """`waiting` spans have ended and are neither taken nor given up. Any thread."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._waiting = self._exported = self._dropped = 0

    def admit(self) -> bool:
        """Whether one more may wait; one that may not is dropped."""
        with self._lock:
            admitted = self._waiting < self._most
            self._waiting += admitted
            self._dropped += not admitted
            return admitted

    def settle(self, count: int, *, taken: bool) -> None:
        """So many wait no more."""
        with self._lock:
            count = min(count, self._waiting)  # what was given up is counted already
            self._waiting -= count
            if taken:
                self._exported += count
            else:
                self._dropped += count

    def give_up(self) -> None:
        """What waits now is dropped."""
        with self._lock:
            self._dropped, self._waiting = self._dropped + self._waiting, 0

    def counts(self) -> SpanCounts:
        """Since the start."""
        with self._lock:
            return SpanCounts(exported=self._exported, dropped=self._dropped)


class CountedExporter(SpanExporter):
    """An exporter whose batches are counted. `told` hears why a collector is away, once, and "" when it is back."""

    def __init__(self, exporter: SpanExporter, tally: Tally, told: Callable[[str], None]) -> None:
        self._exporter, self._tally, self._told = exporter, tally, told
        self._away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Called by the processor's own thread, which waits for it."""
        taken = False
        try:
            taken = self._exporter.export(spans) is SpanExportResult.SUCCESS
        finally:
            self._tally.settle(len(spans), taken=taken)
        if taken is self._away:
            self._away = not taken
            self._told("" if taken else "the collector did not take a batch of spans")
        return SpanExportResult.SUCCESS if taken else SpanExportResult.FAILURE

    def shutdown(self) -> None:
        """Ends a waiting retry too."""
        self._exporter.shutdown()


class BoundedProcessor(SpanProcessor):
    """The library's batches, with a bound of our own before them: its queue drops the oldest without a count."""

    def __init__(self, exporter: CountedExporter, tally: Tally, most: int, batch_seconds: float) -> None:
        self._tally = tally
        self._batches = BatchSpanProcessor(
            exporter,
            max_queue_size=most,
            max_export_batch_size=min(BATCH, most),
            schedule_delay_millis=batch_seconds * 1000.0,
            export_timeout_millis=30_000.0,
        )

    def on_end(self, span: ReadableSpan) -> None:
        """Never waits."""
        if self._tally.admit():
            self._batches.on_end(span)

    def shutdown(self) -> None:
        """Sends what waits."""
        self._batches.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Sends what waits, in the caller's thread."""
        return self._batches.force_flush(timeout_millis)
