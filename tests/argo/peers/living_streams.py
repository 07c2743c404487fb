"""The living market pushed: what a client subscribed to, a trade a second and a bar a minute, in each vendor's form."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from websockets.asyncio.server import ServerConnection

from tests.argo.peers.alpaca import text, to_alpaca
from tests.argo.peers.quotes import Quotes
from tests.argo.peers.stream_peer import Play, StreamPeer, say, torn

MINUTE = 60
Message = dict[str, Any]


class Line:
    """What every connection of one vendor does; `cut` drops all that are open."""

    def __init__(self, quotes: Quotes, every_seconds: float = 1.0) -> None:
        self.quotes, self.every_seconds = quotes, every_seconds
        self.open: set[ServerConnection] = set()

    async def cut(self) -> None:
        """Every connection ends without a word."""
        for socket in list(self.open):
            await torn(socket)

    async def push(
        self,
        socket: ServerConnection,
        symbols: Sequence[str],
        trade: Callable[[str], Message],
        bar: Callable[[str, int, list[float]], Message],
    ) -> None:
        """Until the client goes."""
        told, self.open = dict[str, int](), self.open | {socket}
        try:
            while True:
                messages = [trade(symbol) for symbol in symbols]
                messages += [bar(symbol, *row) for symbol in symbols for row in self._newer(symbol, told)]
                await say(socket, *messages)
                await asyncio.sleep(self.every_seconds)
        finally:
            self.open = self.open - {socket}

    def _newer(self, symbol: str, told: dict[str, int]) -> list[tuple[int, list[float]]]:
        """Whole minutes since the last; the first time none: a stream does not replay."""
        last = int(self.quotes.last(symbol).at.timestamp()) // MINUTE * MINUTE - MINUTE
        first = told.get(symbol, last) + MINUTE
        told[symbol] = last
        rows = self.quotes.bars(symbol, MINUTE, first, last).page(0, 100)
        return [(start, list(row.values())) for start, row in rows]


def alpaca_line(line: Line, key: str, secret: str) -> Play:
    """Alpaca's opening talk with the key checked, then the market."""

    async def play(socket: ServerConnection, peer: StreamPeer) -> None:
        await say(socket, {"T": "success", "msg": "connected"})
        opening = await peer.hear(socket)
        if (opening.get("key"), opening.get("secret")) != (key, secret):
            await say(socket, {"T": "error", "code": 402, "msg": "auth failed"})
            return
        await say(socket, {"T": "success", "msg": "authenticated"})
        wanted = await peer.hear(socket)
        await say(socket, {"T": "subscription", **{name: wanted.get(name, []) for name in ("bars", "trades")}})
        forms = {to_alpaca(symbol): symbol for symbol in line.quotes.symbols}
        symbols = [forms[form] for form in wanted.get("bars", []) if form in forms]

        def trade(symbol: str) -> Message:
            last = line.quotes.last(symbol)
            return {"T": "t", "S": to_alpaca(symbol), "p": last.price, "s": 1, "t": text(last.at.timestamp())}

        def bar(symbol: str, start: int, row: list[float]) -> Message:
            return {"T": "b", "S": to_alpaca(symbol), "t": text(start), **dict(zip("ohlcv", row, strict=True))}

        await line.push(socket, symbols, trade, bar)

    return play


def massive_line(line: Line, key: str) -> Play:
    """Massive's opening talk with the key checked, then the market."""

    async def play(socket: ServerConnection, peer: StreamPeer) -> None:
        await say(socket, {"ev": "status", "status": "connected", "message": "Connected Successfully"})
        if (await peer.hear(socket)).get("params") != key:
            await say(socket, {"ev": "status", "status": "auth_failed", "message": "authentication failed"})
            return
        await say(socket, {"ev": "status", "status": "auth_success", "message": "authenticated"})
        channels = (await peer.hear(socket))["params"].split(",")
        for channel in channels:
            await say(socket, {"ev": "status", "status": "success", "message": f"subscribed to: {channel}"})
        symbols = sorted({channel.split(".", 1)[1] for channel in channels} & set(line.quotes.symbols))

        def name(symbol: str, share: str, coin: str) -> Message:
            return {"ev": coin, "pair": symbol} if "-" in symbol else {"ev": share, "sym": symbol}

        def trade(symbol: str) -> Message:
            last = line.quotes.last(symbol)
            return {**name(symbol, "T", "XT"), "p": last.price, "s": 1, "t": int(last.at.timestamp() * 1000)}

        def bar(symbol: str, start: int, row: list[float]) -> Message:
            figures = dict(zip("ohlcv", row, strict=True))
            return {**name(symbol, "AM", "XA"), **figures, "s": start * 1000, "e": (start + MINUTE) * 1000}

        await line.push(socket, symbols, trade, bar)

    return play
