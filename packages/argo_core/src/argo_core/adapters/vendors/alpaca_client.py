"""alpaca-py's historical-data client over our HTTP.

Its request models, enums, paths and paging run as they are. Its own `requests` session does not: it has no time-out,
waits three seconds at a time between blind retries, and reads a body before its status. `_one_request` is the one seam
through which every request of it goes; there the request is handed to `VendorHttp` on the event loop.
"""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from enum import Enum
from typing import Any

with warnings.catch_warnings():  # alpaca-py loads websockets' older interface at import, which announces its end
    warnings.simplefilter("ignore", DeprecationWarning)
    from alpaca.common.rest import RESTClient
    from alpaca.data.enums import Adjustment, CryptoFeed, DataFeed
    from alpaca.data.historical.crypto import CryptoHistoricalDataClient
    from alpaca.data.historical.stock import StockHistoricalDataClient
    from alpaca.data.requests import (
        CryptoBarsRequest,
        CryptoLatestTradeRequest,
        StockBarsRequest,
        StockLatestTradeRequest,
    )
    from alpaca.data.timeframe import TimeFrame, TimeFrameUnit

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendor_path.http import VendorHttp
from argo_core.adapters.vendors.alpaca_data_parse import VENDOR, unknown_symbols
from argo_core.adapters.vendors.further_requests import FurtherRequests
from argo_core.errors import SourceError

MOST_PAGES = 200
NO_SESSION = "the transport has the key"


class UnknownSymbols(Exception):
    """The vendor takes none of the question because of these."""

    def __init__(self, symbols: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(symbols)))
        self.symbols = symbols


class Bridge:
    """The requests of one question, made in a thread, answered on `loop`. `close` ends the thread's waiting."""

    def __init__(
        self, http: VendorHttp, loop: asyncio.AbstractEventLoop, symbols: Iterable[str], requests: FurtherRequests
    ) -> None:
        self._http, self._loop, self._symbols, self._requests = http, loop, tuple(symbols), requests
        self._pending: Future[Document] | None = None
        self._closed, self._lock = False, threading.Lock()
        self._tokens: set[str] = set()
        self.said_at: datetime | None = None
        """The vendor's time when it gave its newest answer."""

    def answer(self, url: str, params: Mapping[str, Any] | None) -> dict[str, Any]:
        """One answer; called in the thread. Raises SourceError, UnknownSymbols."""
        query = {name: _text(value) for name, value in (params or {}).items() if value is not None}
        self._check_page(query.get("page_token"))
        with self._lock:  # either `close` sees the request, or the request sees that it is too late
            if self._closed:
                raise SourceError("TIMEOUT", f"{VENDOR}: the call was given up")
            pending = self._pending = asyncio.run_coroutine_threadsafe(self._get(url, query), self._loop)
        document = pending.result()
        if document.status == 400:
            raise self._refused(document)
        body, self.said_at = document.json(), document.said_at
        if not isinstance(body, dict):
            raise SourceError("REFUSED_ANSWER", f"{VENDOR}: the answer is no object: not what it documents")
        return body

    def close(self) -> None:
        """No further request; the one under way is given up."""
        with self._lock:
            self._closed = True
            if self._pending is not None:
                self._pending.cancel()

    async def _get(self, url: str, query: Mapping[str, str]) -> Document:
        await self._requests.next()
        return await self._http.get(url, query, also=(400,))

    def _check_page(self, token: str | None) -> None:
        if token is None:
            return
        if token in self._tokens or len(self._tokens) >= MOST_PAGES:
            raise SourceError("REFUSED_ANSWER", f"{VENDOR}: its pages do not end: ask for less at once")
        self._tokens.add(token)

    def _refused(self, document: Document) -> Exception:
        unknown = unknown_symbols(document, self._symbols)
        if unknown:
            return UnknownSymbols(unknown)
        return SourceError("VENDOR_ERROR", f"{VENDOR} answered 400: the question is wrong for it", permanent=True)


class _OverBridge(RESTClient):
    """Every request of the client goes over the bridge."""

    _bridge: Bridge

    def _one_request(self, method: str, url: str, opts: dict[str, Any], retry: int) -> dict[str, Any]:
        return self._bridge.answer(url, opts["params"])


class StockClient(_OverBridge, StockHistoricalDataClient):
    """The client for shares, its answers undecoded by models."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(api_key=NO_SESSION, secret_key=NO_SESSION, raw_data=True, url_override="")
        self._bridge = bridge


class CryptoClient(_OverBridge, CryptoHistoricalDataClient):
    """The client for coins, its answers undecoded by models."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(api_key=NO_SESSION, secret_key=NO_SESSION, raw_data=True, url_override="")
        self._bridge = bridge


def _text(value: object) -> str:
    return str(value.value) if isinstance(value, (Enum, TimeFrame)) else str(value)


__all__ = [
    "Adjustment",
    "Bridge",
    "CryptoBarsRequest",
    "CryptoClient",
    "CryptoFeed",
    "CryptoLatestTradeRequest",
    "DataFeed",
    "StockBarsRequest",
    "StockClient",
    "StockLatestTradeRequest",
    "TimeFrame",
    "TimeFrameUnit",
    "UnknownSymbols",
]
