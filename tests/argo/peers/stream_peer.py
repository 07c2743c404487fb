"""A vendor's stream on loopback, played from a script: frames to send, frames to wait for, ways to break off."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Play = Callable[[ServerConnection, "StreamPeer"], Awaitable[None]]


@dataclass
class StreamPeer:
    """`plays`: one per connection, the last one for ever. `heard`: what clients said; `paths`: where they connected.
    `turning_away`: the status with which handshakes are answered, None to accept them."""

    plays: Sequence[Play]
    url: str = ""
    heard: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    turning_away: int | None = None

    async def handle(self, socket: ServerConnection) -> None:
        play = self.plays[min(len(self.paths), len(self.plays)) - 1]
        with suppress(ConnectionClosed):
            await play(socket, self)

    def welcome(self, socket: ServerConnection, request: Request) -> Response | None:
        self.paths.append(request.path)
        if self.turning_away is None:
            return None
        return socket.respond(HTTPStatus(self.turning_away), "turned away\n")

    async def hear(self, socket: ServerConnection) -> Any:
        said = json.loads(await socket.recv())
        self.heard.append(said)
        return said


@asynccontextmanager
async def streaming(*plays: Play) -> AsyncIterator[StreamPeer]:
    """The peer behind a real listener."""
    peer = StreamPeer(plays)
    server: Server
    async with serve(peer.handle, "127.0.0.1", 0, process_request=peer.welcome) as server:
        peer.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        yield peer


async def say(socket: ServerConnection, *messages: Any) -> None:
    """One frame of messages."""
    await socket.send(json.dumps(list(messages)))


async def stay(socket: ServerConnection) -> None:
    """Until the client goes."""
    await socket.wait_closed()


def alpaca_play(*frames: Any, then: Callable[[ServerConnection], Awaitable[None]] = stay) -> Play:
    """Alpaca's opening talk, then `frames`, then what `then` does."""

    async def play(socket: ServerConnection, peer: StreamPeer) -> None:
        await say(socket, {"T": "success", "msg": "connected"})
        await peer.hear(socket)
        await say(socket, {"T": "success", "msg": "authenticated"})
        wanted = await peer.hear(socket)
        await say(socket, {"T": "subscription", **{key: wanted.get(key, []) for key in ("bars", "trades")}})
        for frame in frames:
            await say(socket, *frame)
        await then(socket)

    return play


def massive_play(*frames: Any, then: Callable[[ServerConnection], Awaitable[None]] = stay) -> Play:
    """Massive's opening talk, then `frames`, then what `then` does."""

    async def play(socket: ServerConnection, peer: StreamPeer) -> None:
        await say(socket, {"ev": "status", "status": "connected", "message": "Connected Successfully"})
        await peer.hear(socket)
        await say(socket, {"ev": "status", "status": "auth_success", "message": "authenticated"})
        wanted = await peer.hear(socket)
        for channel in wanted["params"].split(","):
            await say(socket, {"ev": "status", "status": "success", "message": f"subscribed to: {channel}"})
        for frame in frames:
            await say(socket, *frame)
        await then(socket)

    return play


def first_frame(message: Any) -> Play:
    """Connected, and after the key this message."""

    async def play(socket: ServerConnection, peer: StreamPeer) -> None:
        connected = {"T": "success", "msg": "connected", "ev": "status", "status": "connected"}
        await say(socket, connected)
        await peer.hear(socket)
        await say(socket, message)
        await stay(socket)

    return play


async def torn(socket: ServerConnection) -> None:
    """The connection is cut without a word."""
    socket.transport.abort()
