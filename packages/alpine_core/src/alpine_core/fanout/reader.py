"""One subscriber's place in a ring."""

from __future__ import annotations

from alpine_core.fanout.ring import Ring
from alpine_core.model.position import Position


class Lagged(Exception):
    """The subscriber is further behind than the ring reaches: it has to come again, with the last id that it has."""


class Reader:
    """What one subscriber gets next. It costs a position and a number, whatever the others do.

    Who joins may stand behind the view's own position, or ahead of it (another worker served it before): frames that
    it has had are skipped, and others are written with an id that covers all that it has had, until both agree.
    """

    __slots__ = ("_next", "_ring", "position")

    def __init__(self, ring: Ring, position: Position) -> None:
        self._ring = ring
        self._next = ring.end
        self.position = position

    @property
    def is_lagging(self) -> bool:
        return self._next < self._ring.first

    @property
    def has_news(self) -> bool:
        return self._next < self._ring.end

    def take(self) -> bytes:
        """Everything new as one piece of bytes, perhaps none. Raises Lagged."""
        if self.is_lagging:
            raise Lagged
        frames = self._ring.since(self._next)
        self._next = self._ring.end
        if len(frames) == 1 and frames[0].position.covers(self.position) and not frames[0].seen_by(self.position):
            self.position = frames[0].position  # the common case: one frame, and no copy of it
            return frames[0].payload
        pieces = []
        for frame in frames:
            if frame.is_heartbeat:
                pieces.append(frame.payload)
            elif not frame.seen_by(self.position):
                here, there = self.position, frame.position
                self.position = Position(max(here.live, there.live), max(here.delayed, there.delayed))
                pieces.append(frame.payload if self.position == there else frame.with_id(str(self.position)))
        return b"".join(pieces)
