"""One message as it goes to every subscriber of one view."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from alpine_core.model.position import Position


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """`payload` is shared by all who get it. `position` is where a subscriber stands after it.

    `cursor` and `live` are the record's place and strand; `with_id` writes the same message with another position,
    for the few who stand elsewhere. A heartbeat has cursor 0, which every position covers and nobody skips.
    """

    payload: bytes
    position: Position
    cursor: int
    live: bool
    with_id: Callable[[str], bytes]

    @property
    def is_heartbeat(self) -> bool:
        return self.cursor == 0

    def seen_by(self, position: Position) -> bool:
        """Whether who stands at `position` has had this record."""
        return self.cursor <= (position.live if self.live else position.delayed)
