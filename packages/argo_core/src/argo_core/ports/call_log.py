"""Which calls of a day's quota have been made."""

from __future__ import annotations

from typing import Protocol


class CallLog(Protocol):
    """Promise: durable when `take` returns, and seen by every process that uses the same place. `account` names whose
    quota it is, and shows no key; `writer` one life of a process. Times are seconds since 1970. A day's calls are
    those of the 24 hours before `now`, up to a minute after it: another's clock may be ahead by that, and what one has
    written that was further ahead does not count. Raises StoreError."""

    async def take(self, account: str, writer: str, now: float, quota: int) -> float | None:
        """None once the call is written down; if the day holds `quota` calls, nothing is, and it is the time of the
        call that has to be a day old first. Looking and writing are one step for all processes."""
        ...

    async def give_back(self, account: str, writer: str, at: float) -> None:
        """The call that was written down by this writer at that time was not made."""
        ...

    async def of_others(self, account: str, writer: str, now: float) -> tuple[float, ...]:
        """When calls of the day were made by anybody but this writer, oldest first."""
        ...
