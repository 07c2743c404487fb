"""The peers are as strict as their vendors: keys, plans, faults, and counts of what came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.argo.peers.faults import FAULTS, ON_THE_WIRE, PRICE_OFF
from tests.argo.peers.keys import ALPACA_KEY, ALPACA_SECRET, ALPHA_VANTAGE_KEY, MASSIVE_KEY, PERPLEXITY_KEY, XAI_KEY
from tests.argo.peers.peer_clock import PeerClock
from tests.argo.peers.program import Peers
from tests.argo.peers.vendors import VENDORS, Vendor, all_vendors

CLOCK = PeerClock()
ALPACA = {"APCA-API-KEY-ID": ALPACA_KEY, "APCA-API-SECRET-KEY": ALPACA_SECRET}
TRADES = "/v2/stocks/trades/latest?symbols=AAPL&feed=iex"
PRICES = "/v2/snapshot/locale/us/markets/stocks/tickers?tickers=AAPL"
SMA = "/query?function=SMA&symbol=AAPL&interval=daily&time_period=20&series_type=close&apikey="
ASKING = {"model": "m", "input": "Symbol: AAPL"}


@pytest.fixture
async def vendors() -> AsyncIterator[dict[str, Vendor]]:
    async with all_vendors(["AAPL"], CLOCK, history_days=40) as running:
        yield running


async def asked(vendor: Vendor, keys: bool = True) -> httpx.Response:
    """The simplest question to it, with its key or with none."""
    url, form = vendor.http.url, {**ASKING}
    async with httpx.AsyncClient(timeout=0.5) as client:
        if vendor.name == "alpaca":
            return await client.get(
                f"{url}/v2/stocks/trades/latest?symbols=AAPL&feed=iex", headers=ALPACA if keys else {}
            )
        if vendor.name == "massive":
            return await client.get(f"{url}{PRICES}", headers=bearer(MASSIVE_KEY if keys else "none"))
        if vendor.name == "yahoo":
            return await client.get(f"{url}/v8/finance/chart/AAPL?interval=15m&range=1d")
        if vendor.name == "alpha_vantage":
            return await client.get(f"{url}{SMA}{ALPHA_VANTAGE_KEY if keys else 'no'}")
        key = XAI_KEY if vendor.name == "xai" else PERPLEXITY_KEY
        path = "/v1/responses" if vendor.name == "xai" else "/v1/agent"
        return await client.post(f"{url}{path}", json=form, headers=bearer(key if keys else "none"))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def test_the_right_key_is_answered_and_counted(vendors: dict[str, Vendor]) -> None:
    for name, vendor in vendors.items():
        answer = await asked(vendor)
        assert (name, answer.status_code, vendor.counted()["calls"]) == (name, 200, 1)
        assert isinstance(answer.json(), dict)
        vendor.forget()
        assert vendor.counted()["calls"] == 0


@pytest.mark.parametrize(
    ("name", "status"), [("alpaca", 401), ("massive", 401), ("alpha_vantage", 200), ("xai", 400), ("perplexity", 401)]
)
async def test_no_key_is_refused_as_the_vendor_does(name: str, status: int, vendors: dict[str, Vendor]) -> None:
    answer = await asked(vendors[name], keys=False)
    assert answer.status_code == status
    assert "Technical Analysis" not in answer.text


async def test_alpha_vantage_refuses_the_second_call_within_a_second(vendors: dict[str, Vendor]) -> None:
    vendor = vendors["alpha_vantage"]
    first, second = await asked(vendor), await asked(vendor)
    assert "Technical Analysis: SMA" in first.json()
    assert "1 request per second" in second.json()["Information"]
    assert vendor.counted()["limited"] == 1


async def test_alpaca_refuses_the_call_after_the_two_hundredth(vendors: dict[str, Vendor]) -> None:
    vendor = vendors["alpaca"]
    assert vendor.http.limit is not None
    assert all(vendor.http.limit.admits() for _ in range(199))
    assert [(await asked(vendor)).status_code for _ in range(2)] == [200, 429]


async def test_perplexity_refuses_a_field_that_it_does_not_know(vendors: dict[str, Vendor]) -> None:
    form: dict[str, Any] = {**ASKING, "search_parameters": {}}
    async with httpx.AsyncClient() as client:
        agent = f"{vendors['perplexity'].http.url}/v1/agent"
        assert (await client.post(agent, json=form, headers=bearer(PERPLEXITY_KEY))).status_code == 400
        responses = f"{vendors['xai'].http.url}/v1/responses"
        assert (await client.post(responses, json=form, headers=bearer(XAI_KEY))).status_code == 410


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if not fault.startswith("bars stop")])
async def test_a_fault_changes_the_answer_and_its_end_restores_it(fault: str, vendors: dict[str, Vendor]) -> None:
    for vendor in vendors.values():
        if vendor.name == "alpha_vantage" and fault == "stale by 10 min":
            continue  # its figures are of days
        if vendor.name in ("xai", "perplexity") and fault in ("stale by 10 min", *PRICE_OFF):
            continue  # it tells no price
        good = await content(vendor, 10.0)
        vendor.fail(fault)
        assert await content(vendor) != good, vendor.name
        vendor.fail(None)
        assert (await content(vendor, 10.0))[0] == good[0] == 200, vendor.name


async def content(vendor: Vendor, patience: float = 0.5) -> tuple[int, str]:
    """Status and figures of an answer, zero for none within so many seconds; plans are not the point here."""
    vendor.http.limit = None
    try:
        async with asyncio.timeout(patience):
            answer = await asked(vendor)
    except (httpx.HTTPError, TimeoutError):
        return 0, ""
    try:
        return answer.status_code, figures(vendor.name, answer.json())
    except (ValueError, KeyError, TypeError):
        return answer.status_code, answer.text


def figures(vendor: str, said: Any) -> str:
    """The price and its time, coarse enough to stand still for a test. Raises for what is no answer of the vendor."""
    if vendor == "alpaca":
        trade = said["trades"]["AAPL"]
        return f"{trade['p']:.0f} {trade['t'][:15]}"
    if vendor == "massive":
        trade = said["tickers"][0]["lastTrade"]
        return f"{trade['p']:.0f} {trade['t'] // (300 * 10**9)}"
    if vendor == "yahoo":
        meta = said["chart"]["result"][0]["meta"]
        return f"{meta['regularMarketPrice']:.0f} {meta['regularMarketTime'] // 300}"
    return json.dumps(said)


def test_the_program_is_led_by_its_control_address(peers: Peers) -> None:
    assert set(peers.counts()) == set(VENDORS)
    peers.forget()
    for fault, status in (("500", 500), (None, 200)):
        peers.fail("yahoo", fault)
        answer = httpx.get(f"{peers.urls['yahoo']}/v8/finance/chart/AAPL?interval=15m&range=1d")
        assert answer.status_code == status
    assert peers.counts()["yahoo"]["calls"] == 2
    assert peers.calls() == 2
    assert set(ON_THE_WIRE) < set(FAULTS)
