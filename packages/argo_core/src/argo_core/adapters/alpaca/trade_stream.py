"""The stream of trade updates: authenticate, listen, and come back after every break.

It has no replay: each connection begins with `Connected`, after which whoever follows must read what it missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidHandshake, WebSocketException

from argo_core.adapters.alpaca.stream_parse import (
    LISTENING,
    TRADE_UPDATES,
    TradeUpdate,
    is_authorized,
    parse_frame,
    parse_update,
)
from argo_core.adapters.alpaca.transport import KeyRefused, Line, key_refused
from argo_core.adapters.straight_socket import StraightSocket
from argo_core.errors import DataError
from argo_core.ports.clock import Clock

PING_SECONDS = 10.0
BROKEN = (OSError, TimeoutError, WebSocketException, InvalidHandshake, DataError)


class Connected(NamedTuple):
    """We listen since now; `connection` counts from 1."""

    connection: int


def stream_url(host: str) -> str:
    """The stream's address beside a host's."""
    return f"ws{host.removeprefix('http')}/stream"


class TradeStream:
    """One account's updates. One connection at a time."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line, self._clock = line, clock
        self._url = stream_url(line.host)

    async def events(self) -> AsyncGenerator[Connected | TradeUpdate]:
        """Without end. Breaks are waited out, longer with each that follows another; a refused key is the end of it.

        Raises KeyRefused.
        """
        failures, count = 0, 0
        while True:
            try:
                async with aclosing(self._connection()) as frames:
                    async for update in frames:
                        if update is None:
                            failures, count = 0, count + 1
                            yield Connected(count)
                        else:
                            yield update
            except BROKEN:
                pass  # told by the next Connected; what was missed is read then
            failures += 1
            await self._line.pace.sleep(self._line.backoff.wait_seconds(failures, self._line.pace.chance()))

    async def _connection(self) -> AsyncGenerator[TradeUpdate | None]:
        """None once we listen, then updates until the connection ends."""
        patience = self._line.deadlines
        async with StraightSocket(
            self._url, open_timeout=patience.connect, ping_interval=PING_SECONDS, ping_timeout=patience.answer,
            close_timeout=patience.connect, max_size=2**22,
        ) as socket:  # fmt: skip
            async with asyncio.timeout(patience.answer):
                await self._listen(socket)
            yield None
            async for said in socket:
                frame = parse_frame(said)
                if frame.stream == TRADE_UPDATES:
                    yield parse_update(frame, self._clock.now())

    async def _listen(self, socket: ClientConnection) -> None:
        credential = self._line.credential
        data = {"key_id": credential.key_id, "secret_key": credential.secret}
        await socket.send(msgspec.json.encode({"action": "authenticate", "data": data}).decode())
        if not is_authorized(parse_frame(await socket.recv())):
            raise key_refused(self._url, None)
        await socket.send('{"action":"listen","data":{"streams":["trade_updates"]}}')
        while parse_frame(await socket.recv()).stream != LISTENING:
            continue


__all__ = ["Connected", "KeyRefused", "TradeStream", "stream_url"]
