"""Which of several workers does what only one should do."""

from __future__ import annotations

from typing import Protocol


class Lease(Protocol):
    """Promise: of all who share a storage at most one holds the lease; it is free again when its holder closes it or
    dies, however that happens.

    `hold` takes it if it is free; it says whether it is ours, asks again each time, and never fails: whoever cannot
    ask does not hold it. Between the answer and the act it may be lost, so what is done under it must bear being done
    twice.
    """

    async def hold(self) -> bool: ...

    async def close(self) -> None: ...
