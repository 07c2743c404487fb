"""A vendor of bars and prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.timeframe import Timeframe


class MarketVendor(Protocol):
    """Promise: symbols are ours (`BRK.B`, `BTC-USD`), times UTC, units ours, whatever the vendor's are. Bars are
    complete ones only: none ends after the moment of the call, or of what a delayed feed knows by then. A symbol that
    the vendor does not know, has nothing of, or tells what no market makes of, is absent from the answer; nothing is
    invented. Several calls at a time. Every call ends within its own
    time-out. Raises SourceError, its reason an `Absence` name: TIMEOUT, RATE_LIMITED (with `retry_after`),
    VENDOR_ERROR, REFUSED_ANSWER (the body is not what the vendor documents), DISABLED (key or plan,
    permanent). Who asks in several questions, of which some fail, answers with a `PartialAnswer`."""

    @property
    def name(self) -> str: ...

    @property
    def feed(self) -> str: ...

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        """All complete bars that start in [start, end), pages joined."""
        ...

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        """The newest price of each symbol."""
        ...
