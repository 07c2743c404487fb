"""Another copy of our log, to take lost entries from."""

from __future__ import annotations

from typing import Protocol


class EntrySource(Protocol):
    """Promise: entries in order, as they were logged; nothing is believed of it but what our own note proves.

    Raises Unavailable or StoreError.
    """

    async def newest(self, origin: str) -> bytes | None:
        """The newest signed note of `origin` that it has, None if it has none."""
        ...

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """At most `limit` entries from index `start`; fewer if it likes, none at its end."""
        ...
