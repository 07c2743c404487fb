"""Alpaca's market data stream: minute bars and trades of shares, or of coins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from argo_core.adapters.alpaca.symbol_forms import to_alpaca
from argo_core.adapters.vendor_path import Redacted
from argo_core.adapters.vendors.alpaca_data import CRYPTO_FEED
from argo_core.adapters.vendors.alpaca_stream_parse import (
    AUTHENTICATED,
    CONNECTED,
    SUBSCRIBED,
    VENDOR,
    parse_news,
    parse_step,
)
from argo_core.adapters.vendors.refused_datum import Refusals
from argo_core.adapters.vendors.vendor_socket import SocketLimits, VendorSocket, open_socket
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType
from argo_core.model.rejection import Rejection
from argo_core.ports.clock import Clock
from argo_core.ports.market_stream import News

BASE_URL = "wss://stream.data.alpaca.markets"


class AlpacaStream:
    """A `MarketStream` of one kind of asset. Most plans allow one connection per kind and key."""

    def __init__(
        self,
        key_id: str,
        secret: str,
        clock: Clock,
        kind: AssetType = AssetType.EQUITY,
        *,
        feed: str = "iex",
        base_url: str = BASE_URL,
        trades: bool = True,
        limits: SocketLimits = SocketLimits(),
    ) -> None:
        self._key, self._secret, self._clock, self._trades, self._limits = key_id, secret, clock, trades, limits
        crypto = kind is AssetType.CRYPTO
        self._feed = CRYPTO_FEED if crypto else feed
        self._url = f"{base_url.rstrip('/')}/{'v1beta3/crypto/us' if crypto else f'v2/{feed}'}"
        self._refusals = Refusals(VENDOR)
        self._secrets = Redacted([key_id, secret])

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused of single symbols since the last call."""
        return self._refusals.rejections()

    @asynccontextmanager
    async def listening(self, symbols: Sequence[str]) -> AsyncIterator[AsyncIterator[News]]:
        """As `MarketStream` says; the vendor has confirmed the subscription when the context begins."""
        async with open_socket(VENDOR, self._url, self._secrets, self._limits) as socket:
            try:
                await socket.reached(CONNECTED, parse_step)
                await socket.say({"action": "auth", "key": self._key, "secret": self._secret})
                await socket.reached(AUTHENTICATED, parse_step)
                names = [to_alpaca(symbol) for symbol in symbols]
                wanted = {"bars": names, "updatedBars": names, **({"trades": names} if self._trades else {})}
                await socket.say({"action": "subscribe", **wanted})
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
