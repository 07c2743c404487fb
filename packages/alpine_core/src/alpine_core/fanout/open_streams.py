"""How many streams each subscriber has open within one process."""

from __future__ import annotations

from collections import Counter


class OpenStreams:
    """At most `most` for each subscriber, so that one cannot take up the room of all."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def has_room(self, name: str) -> bool:
        """Whether subscriber `name` may open another one."""
        return self._open.get(name, 0) < self._most

    def enter(self, name: str) -> None:
        """Subscriber `name` has opened one."""
        self._open[name] += 1

    def leave(self, name: str) -> None:
        """Subscriber `name` has closed one."""
        self._open[name] -= 1
        if not self._open[name]:
            del self._open[name]
