"""A stream that sends us to another host hears nothing of our key there, and neither does that host."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from argo_core.adapters.vendors.alpaca_stream import AlpacaStream
from argo_core.adapters.vendors.massive_stream import MassiveStream
from argo_core.adapters.vendors.vendor_socket import SocketLimits
from argo_core.errors import SourceError
from argo_core.ports.market_stream import MarketStream
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.peers.stream_peer import Play, alpaca_play, massive_play, stay, streaming

LIMITS = SocketLimits(connect_seconds=1.0, answer_seconds=0.3, ping_seconds=0.3)
CLOCK = FixedClock(MOMENT)


def alpaca_at(url: str) -> MarketStream:
    return AlpacaStream(KEY, SECRET, CLOCK, base_url=url, limits=LIMITS)


def massive_at(url: str) -> MarketStream:
    return MassiveStream(KEY, CLOCK, base_url=url, limits=LIMITS)


@asynccontextmanager
async def redirecting(status: int, to: str) -> AsyncIterator[str]:
    """The address of a server that answers each handshake with a redirect."""

    def away(_: ServerConnection, __: Request) -> Response:
        return Response(status, "Elsewhere", Headers({"Location": to, "Content-Length": "0"}), b"")

    async with serve(stay, "127.0.0.1", 0, process_request=away) as server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("open_at", "play"), [(alpaca_at, alpaca_play()), (massive_at, massive_play())], ids=["alpaca", "massive"]
)
async def test_a_redirect_is_not_followed(status: int, open_at: Callable[[str], MarketStream], play: Play) -> None:
    async with streaming(play) as thief, redirecting(status, thief.url.replace("127.0.0.1", "localhost")) as url:
        with pytest.raises(SourceError, match="we follow nobody") as caught:
            async with open_at(url).listening(["AAPL"]):
                pass
    assert (thief.paths, thief.heard) == ([], [])
    assert (caught.value.reason, caught.value.permanent) == ("VENDOR_ERROR", True)
