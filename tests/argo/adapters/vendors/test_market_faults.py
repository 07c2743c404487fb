"""Every market vendor under every fault: the right absence with a sentence that shows no key, never a value."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from argo_core.adapters.vendors.alpha_vantage import AlphaVantage, alpha_vantage_http
from argo_core.errors import SourceError
from argo_core.model.vote import Absence
from argo_core.ports.market_vendor import MarketVendor
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_market import HOUR, NOW
from tests.argo.adapters.vendor_path.raw_peer import Answering, answer, drip, raw, reset, silence
from tests.argo.adapters.vendors import market_peers
from tests.argo.adapters.vendors.conftest import LIMITS, SECONDS, vendor_at
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.adapters.vendors.payloads import payload
from tests.argo.peers.http_peer import HttpPeer, Reply, Request, serving
from tests.argo.peers.refusals import refused

SYMBOLS = ["AAPL", "BTC-USD"]
START = NOW - timedelta(days=3)
HTML = b"<html><body>maintenance</body></html>"
LEAK = json.dumps({"message": f"key {KEY} of yours", "error": KEY, "status": "ERROR"}).encode()
OK = "200 OK"


def cut(body: Any) -> bytes:
    return json.dumps(body).encode()[:-9]


ANYWHERE: dict[str, tuple[Answering, str, float | None]] = {
    "silence": (silence, "TIMEOUT", None),
    "slow drip": (drip, "TIMEOUT", None),
    "429": (answer("429 Too Many Requests", b"{}"), "RATE_LIMITED", None),
    "429 as text": (answer("429 Too Many Requests", b"Too Many Requests\r\n", kind="text/plain"), "RATE_LIMITED", None),
    "500": (answer("500 Internal Server Error", LEAK), "VENDOR_ERROR", None),
    "503 as a page": (answer("503 Service Unavailable", HTML, kind="text/html"), "VENDOR_ERROR", None),
    "a page in a success": (answer(OK, HTML, kind="text/html"), "REFUSED_ANSWER", None),
    "a page that says it is JSON": (answer(OK, HTML), "REFUSED_ANSWER", None),
    "nothing in a success": (answer(OK, b""), "REFUSED_ANSWER", None),
    "a list": (answer(OK, b"[]"), "REFUSED_ANSWER", None),
    "null": (answer(OK, b"null"), "REFUSED_ANSWER", None),
    "another schema": (answer(OK, b'{"hello":"world"}'), "REFUSED_ANSWER", None),
    "cut off in the middle": (
        raw(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"bars":{'),
        "VENDOR_ERROR",
        None,
    ),
    "reset": (reset, "VENDOR_ERROR", None),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "VENDOR_ERROR", None),
}
WISH = answer("429 Too Many Requests", LEAK, "Retry-After: 7")
REPLYING = {"alpaca": market_peers.alpaca, "massive": market_peers.massive, "yahoo": market_peers.yahoo}


def is_data(request: Request) -> bool:
    """Not the cookie and the crumb, which a vendor's data must not depend on."""
    return request.path.startswith("/v") and "crumb" not in request.path


@pytest.fixture(params=["alpaca", "massive", "yahoo"])
async def faulty(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, MarketVendor, HttpPeer]]:
    hangs = request.node.callspec.params.get("fault") in ("silence", "slow drip")
    async with serving(REPLYING[request.param]) as peer:
        peer.faulty = is_data
        async with vendor_at(request.param, peer.url, seconds=0.4 if hangs else SECONDS) as vendor:
            yield request.param, vendor, peer


async def refusals(vendor: MarketVendor) -> list[SourceError]:
    """What both questions end in, checked for what every refusal promises."""
    found = []
    questions = (lambda: vendor.bars(SYMBOLS, HOUR, START, NOW), lambda: vendor.last_prices(SYMBOLS))
    for question in questions:
        with pytest.raises(SourceError) as caught:
            await question()
        assert caught.value.reason in Absence.__members__
        # Yahoo has no key: what its body says is not ours to hide.
        assert vendor.name == "yahoo" or KEY not in str(caught.value)
        assert "\n" not in str(caught.value)
        found.append(caught.value)
    return found


@pytest.mark.parametrize("fault", list(ANYWHERE))
async def test_a_fault_is_an_absence_with_its_reason(fault: str, faulty: tuple[str, MarketVendor, HttpPeer]) -> None:
    _, vendor, peer = faulty
    peer.fault, reason, wait = ANYWHERE[fault]
    for error in await refusals(vendor):
        assert (error.reason, error.retry_after) == (reason, wait)
    peer.fault = None
    assert len(await vendor.bars(SYMBOLS, HOUR, START, NOW)) == 2


async def test_the_vendors_wish_to_wait_is_kept(faulty: tuple[str, MarketVendor, HttpPeer]) -> None:
    name, vendor, peer = faulty
    peer.fault = WISH
    for error in await refusals(vendor):
        # yfinance raises its own error for a 429, without the answer's headers.
        assert (error.reason, error.retry_after) == ("RATE_LIMITED", None if name == "yahoo" else 7.0)


async def test_neither_half_of_a_key_is_told() -> None:
    async with serving(market_peers.alpaca) as peer, vendor_at("alpaca", peer.url) as vendor:
        for status in ("400 Bad Request", "401 Unauthorized", "403 Forbidden", "500 Internal Server Error"):
            said = json.dumps({"message": f"subscription of {KEY} with {SECRET}"}).encode()
            peer.fault = answer(status, said)
            assert not [error for error in await refusals(vendor) if SECRET in repr(error) or SECRET in str(error)]


async def test_a_truncated_document_is_refused(faulty: tuple[str, MarketVendor, HttpPeer]) -> None:
    name, vendor, peer = faulty
    whole = {"alpaca": "alpaca/stock_bars", "massive": "massive/aggs", "yahoo": "yahoo/chart"}[name]
    peer.fault = answer(OK, cut(payload(whole)))
    assert {error.reason for error in await refusals(vendor)} == {"REFUSED_ANSWER"}


async def test_a_figure_that_is_no_number_is_refused(faulty: tuple[str, MarketVendor, HttpPeer]) -> None:
    name, vendor, peer = faulty
    time_now = int(NOW.timestamp())
    bodies = {
        "alpaca": b'{"bars":{"AAPL":[{"t":"2026-11-20T10:00:00Z","o":NaN,"h":1,"l":1,"c":1,"v":1}]}}',
        "massive": b'{"status":"OK","ticker":"AAPL","results":[{"t":1763629200000,"o":NaN,"h":1,"l":1,"c":1,"v":1}]}',
        "yahoo": b'{"chart":{"result":[{"meta":{"symbol":"AAPL","dataGranularity":"1h","regularMarketPrice":NaN,'
        b'"regularMarketTime":%d},"timestamp":[],"indicators":{"quote":[{}]}}]}}' % time_now,
    }
    peer.fault = answer(OK, bodies[name])
    assert {error.reason for error in await refusals(vendor)} == {"REFUSED_ANSWER"}


@pytest.mark.parametrize(
    ("name", "case", "reason", "permanent"),
    [
        ("alpaca", "bad_key", "DISABLED", True),
        ("alpaca", "forbidden", "DISABLED", True),
        ("alpaca", "recent_sip", "DISABLED", True),
        ("alpaca", "missing_param", "VENDOR_ERROR", True),
        ("alpaca", "rate", "RATE_LIMITED", False),
        ("massive", "bad_key", "DISABLED", True),
        ("massive", "not_entitled", "DISABLED", True),
        ("massive", "timeframe", "DISABLED", True),
        ("massive", "rate", "RATE_LIMITED", False),
        ("massive", "ok_status_error", "VENDOR_ERROR", False),
        ("massive", "html_200", "REFUSED_ANSWER", False),
        ("yahoo", "bad_interval", "VENDOR_ERROR", True),
        ("yahoo", "crumb", "VENDOR_ERROR", False),
        ("yahoo", "rate", "RATE_LIMITED", False),
    ],
)
async def test_a_documented_refusal_keeps_its_meaning(name: str, case: str, reason: str, permanent: bool) -> None:
    async with serving(REPLYING[name]) as peer, vendor_at(name, peer.url) as vendor:
        peer.fault, peer.faulty = refused(name, case).answering(), is_data
        for error in await refusals(vendor):
            assert (error.reason, error.permanent) == (reason, permanent)


@pytest.mark.parametrize("name", list(REPLYING))
async def test_a_host_that_no_name_server_knows_is_the_vendors_error(name: str) -> None:
    async with vendor_at(name, "http://vendor.invalid") as vendor:
        assert {error.reason for error in await refusals(vendor)} == {"VENDOR_ERROR"}


@pytest.mark.parametrize("name", list(REPLYING))
async def test_a_closed_port_is_the_vendors_error(name: str) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        async with vendor_at(name, f"http://127.0.0.1:{held.getsockname()[1]}") as vendor:
            assert {error.reason for error in await refusals(vendor)} == {"VENDOR_ERROR"}


@pytest.mark.parametrize("name", list(REPLYING))
async def test_one_symbols_fault_is_no_value_for_the_others(name: str) -> None:
    async with serving(REPLYING[name]) as peer, vendor_at(name, peer.url) as vendor:
        peer.fault = answer("500 Internal Server Error", b"{}")
        peer.faulty = lambda request: "BTC" in request.path or "BTC" in request.query.get("symbols", "")
        with pytest.raises(SourceError, match="500"):
            await vendor.bars(SYMBOLS, HOUR, START, NOW)


class TestAlphaVantage:
    """The same for the vendor of indicators."""

    @pytest.fixture
    async def peer(self) -> AsyncIterator[HttpPeer]:
        def replying(request: Request) -> Reply:
            assert request.query["apikey"] == KEY
            return Reply(payload(f"alpha_vantage/{request.query['function'].lower()}"))

        async with serving(replying) as peer:
            yield peer

    async def refusal(self, url: str) -> SourceError:
        async with httpx.AsyncClient() as client:
            clock = FixedClock(NOW + timedelta(days=1))
            vendor = AlphaVantage(alpha_vantage_http(client, KEY, clock, url, LIMITS), KEY, clock, call_seconds=0.5)
            with pytest.raises(SourceError) as caught:
                await vendor.readings("IBM")
        assert KEY not in str(caught.value)
        return caught.value

    @pytest.mark.parametrize("fault", list(ANYWHERE))
    async def test_a_fault_is_an_absence_with_its_reason(self, fault: str, peer: HttpPeer) -> None:
        peer.fault, reason, wait = ANYWHERE[fault]
        error = await self.refusal(peer.url)
        assert (error.reason, error.retry_after) == (reason, wait)

    @pytest.mark.parametrize(
        ("case", "reason"),
        [
            ("daily_limit", "RATE_LIMITED"),
            ("burst", "RATE_LIMITED"),
            ("old_note", "RATE_LIMITED"),
            ("premium_endpoint", "DISABLED"),
            ("demo_key", "DISABLED"),
            ("bad_key", "DISABLED"),
            ("bad_call", "VENDOR_ERROR"),
            ("unknown_symbol_quote", "REFUSED_ANSWER"),
        ],
    )
    async def test_a_success_that_refuses_keeps_its_meaning(self, case: str, reason: str, peer: HttpPeer) -> None:
        told = payload("alpha_vantage/errors_200")[case]["body"]
        peer.fault = answer(OK, json.dumps(told).replace("ABCD1234EFGH5678", KEY).encode())
        assert (await self.refusal(peer.url)).reason == reason

    async def test_a_host_that_no_name_server_knows_is_the_vendors_error(self) -> None:
        assert (await self.refusal("http://vendor.invalid")).reason == "VENDOR_ERROR"
