"""The newest frames of one view, kept once for all of its subscribers."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.fanout.frame import Frame


class Ring:
    """At most `capacity` frames, numbered from 0 on for ever. A subscriber costs one number, not a queue."""

    def __init__(self, capacity: int) -> None:
        self._frames: list[Frame | None] = [None] * capacity
        self._capacity = capacity
        self.end = 0

    @property
    def first(self) -> int:
        """The number of the oldest frame that is still here."""
        return max(0, self.end - self._capacity)

    def append(self, frame: Frame) -> None:
        """Add the newest; the oldest of a full ring goes."""
        self._frames[self.end % self._capacity] = frame
        self.end += 1

    def since(self, number: int) -> Sequence[Frame]:
        """The frames from `number` on; those that are gone are missing, so look at `first` before."""
        found = (self._frames[at % self._capacity] for at in range(max(number, self.first), self.end))
        return [frame for frame in found if frame is not None]
