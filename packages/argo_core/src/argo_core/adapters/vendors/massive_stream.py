"""Massive's stream: minute bars and trades of shares, or of coins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from argo_core.adapters.vendor_path import Redacted
from argo_core.adapters.vendors.massive_parse import VENDOR
from argo_core.adapters.vendors.massive_stream_parse import (
    AUTHENTICATED,
    CONNECTED,
    SUBSCRIBED,
    parse_news,
    parse_step,
    to_channel,
)
from argo_core.adapters.vendors.refused_datum import Refusals
from argo_core.adapters.vendors.vendor_socket import SocketLimits, VendorSocket, open_socket
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType
from argo_core.model.rejection import Rejection
from argo_core.ports.clock import Clock
from argo_core.ports.market_stream import News

BASE_URL = "wss://socket.massive.com"


class MassiveStream:
    """A `MarketStream` of one kind of asset; each kind has a cluster of its own."""

    def __init__(
        self,
        key: str,
        clock: Clock,
        kind: AssetType = AssetType.EQUITY,
        *,
        feed: str = "realtime",
        base_url: str = BASE_URL,
        trades: bool = True,
        limits: SocketLimits = SocketLimits(),
    ) -> None:
        self._key, self._clock, self._feed, self._trades, self._limits = key, clock, feed, trades, limits
        self._url = f"{base_url.rstrip('/')}/{'crypto' if kind is AssetType.CRYPTO else 'stocks'}"
        self._refusals = Refusals(VENDOR)
        self._secrets = Redacted([key])

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused of single symbols since the last call."""
        return self._refusals.rejections()

    @asynccontextmanager
    async def listening(self, symbols: Sequence[str]) -> AsyncIterator[AsyncIterator[News]]:
        """As `MarketStream` says; the vendor has confirmed a subscription when the context begins."""
        async with open_socket(VENDOR, self._url, self._secrets, self._limits) as socket:
            try:
                await socket.reached(CONNECTED, parse_step)
                await socket.say({"action": "auth", "params": self._key})
                await socket.reached(AUTHENTICATED, parse_step)
                kinds = (False, True) if self._trades else (False,)
                channels = [to_channel(symbol, trades=trades) for trades in kinds for symbol in symbols]
                await socket.say({"action": "subscribe", "params": ",".join(channels)})
                await socket.reached(SUBSCRIBED, parse_step)
            except SourceError as error:
                raise socket.redacted(error) from None
            yield self._news(socket)

    async def _news(self, socket: VendorSocket) -> AsyncIterator[News]:
        async for messages in socket.frames():
            try:
                brought = parse_news(messages, self._clock.now(), self._feed)
            except SourceError as error:
                raise socket.redacted(error) from None
            self._refusals.keep(brought.refused, self._clock.now())
            for each in brought.news:
                yield each
