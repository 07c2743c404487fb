"""How events are written for one kind of line, and how much of a subscriber's slowness is borne."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from alpine_core.feed.signal_feed import FeedItem


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """`render` gives one event's bytes, with its `event_id`; `heartbeat` is what a silent line is kept open with."""

    render: Callable[[FeedItem], bytes]
    heartbeat: bytes


class PushLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`ring_frames`: how many events a subscriber may be behind. `stall_seconds`: how long one piece may take to send.

    `heartbeat_seconds`: how often every line is written to. `poll_seconds`: how often the feed is read without an
    announcement, for what another process stored and for pieces that take too long.
    """

    ring_frames: int = 256
    stall_seconds: float = 20.0
    heartbeat_seconds: float = 15.0
    poll_seconds: float = 2.0
