"""What carries cursors between the workers of one service: an open channel, and how it is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

Publish = Callable[[int], Awaitable[None]]
"""Says one cursor to everybody who hears the channel, ourselves included. Raises ChannelAway."""

_MOST_DIGITS = 18


class ChannelAway(Exception):
    """The channel does not answer; its cause is kept. Nothing is lost: records are read from the store."""


class CursorChannel(Protocol):
    """Promise: what one publishes, all hear who have it open by then; the message is a cursor, never a record.

    `opened` raises ChannelAway. `heard` is called for each cursor, `lost` once when the channel breaks by itself.
    """

    def opened(
        self, heard: Callable[[int], None], lost: Callable[[], None]
    ) -> AbstractAsyncContextManager[Publish]: ...


def read_cursor(text: str) -> int | None:
    """The cursor that a message says; None for what is none: others may write into the same channel."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
