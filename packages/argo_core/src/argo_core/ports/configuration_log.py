"""Where accepted settings are kept."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.configuration import Accepted
from argo_core.model.query import Page


class ConfigurationLog(Protocol):
    """Promise: append-only, durable when it returns. Reads see every append that returned before the call. One writer
    at a time, any number of readers. Raises StoreError, DataError `bad_limit`.
    """

    async def append(self, accepted: Accepted) -> Accepted:
        """The same with the number that it got: one more than the last."""
        ...

    async def history(self, file: str, limit: int, before: int | None = None) -> Page[Accepted]:
        """Of one file, newest first; `before` is the cursor of the previous page (exclusive)."""
        ...

    async def entry(self, number: int) -> Accepted | None:
        """The one of that number, of whichever file."""
        ...
