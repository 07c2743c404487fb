"""A vendor's push of bars and prices."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from argo_core.model.bars import Bar
from argo_core.model.last_price import LastPrice, Withdrawal

News = Bar | LastPrice | Withdrawal


class MarketStream(Protocol):
    """Promise: only trades that form a price are told, and one that is cancelled or corrected is withdrawn; bars are of
    a minute. A datum that no market makes is left out.

    The context ends where the connection does; whoever follows reconnects and back-fills by REST, since
    nothing is replayed. A bar may come again, corrected: the later one counts. Symbols are ours. Raises SourceError
    as a `MarketVendor` does, also out of the iterator when the connection is lost."""

    def listening(self, symbols: Sequence[str]) -> AbstractAsyncContextManager[AsyncIterator[News]]: ...
