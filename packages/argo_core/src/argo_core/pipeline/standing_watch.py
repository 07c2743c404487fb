"""What has changed about the vendors since the last look, for whoever reads the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from argo_core.model.path_statistics import PathStatistics
from argo_core.model.source_standing import SourceStanding
from argo_core.model.stream_standing import StreamStanding
from argo_core.pipeline.cycle import CycleReport


class StandingChange(msgspec.Struct, frozen=True, kw_only=True):
    """`what`: breaker_opened, breaker_closed, stream_connected, stream_dropped or stream_ended; `kind` of asset for a
    stream. `why`: the vendor's last error, where something got worse."""

    source: str
    what: str
    kind: str = ""
    why: str | None = None

    @property
    def is_worse(self) -> bool:
        """Something does not work that did."""
        return self.what in ("breaker_opened", "stream_dropped", "stream_ended")


class StandingWatch:
    """A listener of the generator. `say` gets each change once."""

    def __init__(self, standing: Callable[[], Sequence[SourceStanding]], say: Callable[[StandingChange], None]) -> None:
        self._standing, self._say = standing, say
        self._before: dict[str, SourceStanding] = {}

    def observe(self, _: CycleReport) -> None:
        """After each cycle."""
        for now in self._standing():
            for change in changes(self._before.get(now.source), now):
                self._say(change)
            self._before[now.source] = now


def changes(before: SourceStanding | None, now: SourceStanding) -> Iterator[StandingChange]:
    """From one look to the next; what came and went in between is told too."""
    if now.path is not None:
        yield from _of_breaker(None if before is None else before.path, now.path, now.source)
    known = {} if before is None else {stream.kind: stream for stream in before.streams}
    for stream in now.streams:
        yield from _of_stream(known, stream, now.source)


def _of_breaker(before: PathStatistics | None, now: PathStatistics, source: str) -> Iterator[StandingChange]:
    opened = now.transitions.get("open", 0) - (0 if before is None else before.transitions.get("open", 0))
    if opened > 0:
        yield StandingChange(source=source, what="breaker_opened", why=now.last_error)
    was_open = opened > 0 or (before is not None and before.breaker != "closed")
    if was_open and now.breaker == "closed":
        yield StandingChange(source=source, what="breaker_closed")


def _of_stream(known: Mapping[str, StreamStanding], now: StreamStanding, source: str) -> Iterator[StandingChange]:
    before = known.get(now.kind, StreamStanding(kind=now.kind))
    reconnected = now.connections > before.connections
    if now.ended and not before.ended:
        yield StandingChange(source=source, what="stream_ended", kind=now.kind, why=now.last_error)
    elif before.connected and (reconnected or not now.connected):
        yield StandingChange(source=source, what="stream_dropped", kind=now.kind, why=now.last_error)
    if now.connected and (reconnected or not before.connected):
        yield StandingChange(source=source, what="stream_connected", kind=now.kind)
