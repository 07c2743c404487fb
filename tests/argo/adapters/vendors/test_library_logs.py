"""In a host that logs everything, no line of a library shows a key of ours."""

from __future__ import annotations

import asyncio
import io
import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from argo_core.adapters.vendors.alpaca_stream import AlpacaStream
from argo_core.adapters.vendors.alpha_vantage import AlphaVantage, alpha_vantage_http
from argo_core.adapters.vendors.massive_stream import MassiveStream
from argo_core.adapters.vendors.vendor_socket import SocketLimits
from argo_core.adapters.vendors.yfinance_charts import YfinanceCharts
from argo_core.pipeline.opinion_budget import Unmetered
from argo_core.ports.market_stream import MarketStream
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.adapters.vendors import opinion_peers
from tests.argo.adapters.vendors.conftest import LIMITS, vendor_at
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.peers.http_peer import HttpPeer, Reply, serving
from tests.argo.peers.opinion import said, vote_text
from tests.argo.peers.stream_peer import alpaca_play, massive_play, streaming

CLOCK = FixedClock(MOMENT)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a host that logs all there is writes, the peers' own lines left out."""
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    handler.addFilter(lambda record: record.name != "websockets.server")
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def keys_in(text: io.StringIO) -> list[str]:
    return [line for line in text.getvalue().splitlines() if KEY in line or SECRET in line or opinion_peers.KEY in line]


async def test_a_key_in_an_address_is_struck_out(written: io.StringIO) -> None:
    async with serving(lambda _: Reply({})) as peer, httpx.AsyncClient() as client:
        http = alpha_vantage_http(client, KEY, CLOCK, peer.url, LIMITS)
        await AlphaVantage(http, KEY, CLOCK).readings("AAPL")
    assert keys_in(written) == []
    assert "apikey=[secret]" in written.getvalue()


@pytest.mark.parametrize("vendor", ["alpaca", "massive"])
async def test_a_key_in_a_streams_first_frame_is_not_written(vendor: str, written: io.StringIO) -> None:
    async with streaming(alpaca_play() if vendor == "alpaca" else massive_play()) as peer:
        limits = SocketLimits(connect_seconds=2.0, answer_seconds=2.0)
        stream: MarketStream = (
            AlpacaStream(KEY, SECRET, CLOCK, base_url=peer.url, limits=limits)
            if vendor == "alpaca"
            else MassiveStream(KEY, CLOCK, base_url=peer.url, limits=limits)
        )
        async with stream.listening(["AAPL"]):
            pass
        assert len(peer.heard) == 2
    assert keys_in(written) == []


async def test_a_key_in_a_header_is_not_written(
    alpaca_peer: HttpPeer, massive_peer: HttpPeer, yahoo_peer: HttpPeer, written: io.StringIO
) -> None:
    for vendor, peer in (("alpaca", alpaca_peer), ("massive", massive_peer), ("yahoo", yahoo_peer)):
        async with vendor_at(vendor, peer.url) as asked:
            await asked.last_prices(["AAPL"])
        assert peer.requests
    assert "HTTP Request: GET" in written.getvalue()
    assert keys_in(written) == []


@pytest.mark.parametrize("vendor", ["xai", "perplexity"])
async def test_a_models_key_is_not_written(vendor: str, written: io.StringIO) -> None:
    async with opinion_peers.talking(vendor, opinion_peers.ok(said(vendor, vote_text()))) as talk:
        await talk.vendor.ask(opinion_peers.question(), Unmetered())
    assert keys_in(written) == []


async def test_a_redirect_of_yahoos_address_is_not_followed() -> None:
    async with serving(lambda _: Reply({})) as thief:
        elsewhere = thief.url.replace("127.0.0.1", "localhost")
        away = lambda asked: Reply({}, 302, headers=(f"Location: {elsewhere}{asked.path}",))  # noqa: E731
        async with serving(away) as peer:
            charts = YfinanceCharts(time.monotonic, peer.url)
            document = await asyncio.to_thread(charts.fetch, "AAPL", {}, 3.0)
            charts.close()
    assert (document.status, thief.requests) == (302, [])


def test_what_yfinance_and_its_parser_warn_of_is_not_said_on_standard_error() -> None:
    program = (
        "import logging\n"
        "import argo_core.adapters.vendors.yfinance_charts\n"
        "logging.getLogger('yfinance').warning('Cookie/crumb fetch failed')\n"
        "logging.getLogger('bs4.dammit').warning('Some characters could not be decoded')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("", "")
