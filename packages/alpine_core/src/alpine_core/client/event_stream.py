"""Server-sent events (WHATWG HTML, section 9.2.6), from lines."""

from __future__ import annotations

import msgspec


class SentEvent(msgspec.Struct, frozen=True):
    """`data` is empty for a message that only says where the stream stands."""

    event_id: str
    name: str
    data: str


class EventLines:
    """Gathers lines to events. What is cut off before its blank line is no event, and comes again."""

    def __init__(self, last_id: str | None) -> None:
        self._last_id = last_id
        self._pending_id: str | None = None
        self._name, self._data = "", list[str]()

    def take(self, line: str) -> SentEvent | None:
        """The event that this line ends, if it ends one that has an id."""
        if line:
            self._field(line)
            return None
        told = self._pending_id is not None or bool(self._data)
        name, data = self._name, "\n".join(self._data)
        if self._pending_id is not None:
            self._last_id = self._pending_id
        self._pending_id, self._name, self._data = None, "", []
        return SentEvent(self._last_id, name, data) if told and self._last_id is not None else None

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "id" and "\0" not in value:
            self._pending_id = value
        elif name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
