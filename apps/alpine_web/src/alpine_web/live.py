"""Live push as this application uses it: kinds of lines, how each is written, and a push that can be ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from alpine_core.feed import FeedItem, SignalFeed
from alpine_core.ports.live_push import LivePush


class Kind(StrEnum):
    """`signals`: server-sent events with JSON; `rows`: with HTML; `socket`: texts of a WebSocket, one per line."""

    SIGNALS = "signals"
    ROWS = "rows"
    SOCKET = "socket"


@dataclass(frozen=True, slots=True)
class Line:
    """`render` writes one event; `heartbeat` is written into silence."""

    render: Callable[[FeedItem], bytes]
    heartbeat: bytes


class Push(LivePush, Protocol):
    """Live push that ends with the process."""

    async def close(self) -> None:
        """End every subscription."""
        ...


Lines = Mapping[str, Line]
OpenPush = Callable[[SignalFeed, Lines], Push]
