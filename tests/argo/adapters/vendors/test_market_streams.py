"""The market streams: the documented sessions, each way to refuse or to break, no key in any sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from argo_core.adapters.live.market_streams import SiftingStream
from argo_core.adapters.vendors import alpaca_stream_parse, massive_stream_parse
from argo_core.adapters.vendors.alpaca_stream import AlpacaStream
from argo_core.adapters.vendors.massive_stream import MassiveStream
from argo_core.adapters.vendors.vendor_socket import SocketLimits
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType
from argo_core.model.bars import Bar
from argo_core.model.last_price import LastPrice, Withdrawal
from argo_core.ports.market_stream import MarketStream, News
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.adapters.vendors.payloads import payload
from tests.argo.peers.stream_peer import (
    Play,
    alpaca_play,
    first_frame,
    massive_play,
    say,
    stay,
    streaming,
    torn,
)

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
CLOCK = FixedClock(NOW)
LIMITS = SocketLimits(connect_seconds=1.0, answer_seconds=0.3, ping_seconds=0.3)


def alpaca_at(url: str, kind: AssetType = AssetType.EQUITY) -> SiftingStream:
    return AlpacaStream(KEY, SECRET, CLOCK, kind, base_url=url, limits=LIMITS)


def massive_at(url: str, kind: AssetType = AssetType.EQUITY) -> SiftingStream:
    return MassiveStream(KEY, CLOCK, kind, base_url=url, limits=LIMITS)


def pushed(name: str) -> list[Any]:
    """The frames of a documented session that hold data."""
    frames = [step["json"] for step in payload(name) if step["dir"] == "recv"]
    return [
        frame for frame in frames if {"b", "u", "t", "q", "o", "AM", "XA"} & {m.get("T", m.get("ev")) for m in frame}
    ]


async def first(stream: MarketStream, symbols: list[str], count: int) -> list[News]:
    news: list[News] = []
    async with stream.listening(symbols) as events:
        async for each in events:
            news.append(each)
            if len(news) == count:
                break
    return news


def spy(high: float, volume: float) -> Bar:
    start = datetime(2021, 2, 22, 19, 15, tzinfo=UTC)
    return Bar(
        symbol="SPY", timeframe="1Min", start=start, open=388.985, high=high, low=388.975, close=389.12, volume=volume
    )


async def test_alpacas_documented_session_of_shares() -> None:
    async with streaming(alpaca_play(*pushed("alpaca/ws_stock_session"))) as peer:
        news = await first(alpaca_at(peer.url), ["AAPL", "BRK.B"], 2)
    assert news == [  # the documented trade is an odd lot, which forms no price
        spy(389.13, 49378.0),
        spy(389.15, 49400.0),
    ]
    assert peer.paths == ["/v2/iex"]
    assert peer.heard == [
        {"action": "auth", "key": KEY, "secret": SECRET},
        {
            "action": "subscribe",
            "bars": ["AAPL", "BRK.B"],
            "updatedBars": ["AAPL", "BRK.B"],
            "trades": ["AAPL", "BRK.B"],
        },
    ]


async def test_alpacas_documented_session_of_coins() -> None:
    async with streaming(alpaca_play(*pushed("alpaca/ws_crypto_session"))) as peer:
        news = await first(alpaca_at(peer.url, AssetType.CRYPTO), ["BTC-USD"], 2)
    assert [(type(each).__name__, each.symbol) for each in news] == [("LastPrice", "BTC-USD"), ("Bar", "BTC-USD")]
    assert isinstance(news[0], LastPrice)
    assert (news[0].price, news[0].feed) == (91234.5, "crypto_us")
    assert peer.paths == ["/v1beta3/crypto/us"]
    assert peer.heard[1]["bars"] == ["BTC/USD"]


async def test_massives_documented_session() -> None:
    async with streaming(massive_play(*pushed("massive/ws_session"))) as peer:
        news = await first(massive_at(peer.url), ["AAPL"], 2)
    start = datetime(2021, 1, 8, 22, 24, tzinfo=UTC)
    assert news == [
        Bar(
            symbol="AAPL", timeframe="1Min", start=start, open=150.33, high=150.61, low=150.2, close=150.45,
            volume=12345.0,
        ),
        Bar(
            symbol="BTC-USD", timeframe="1Min", start=start, open=9120.0, high=9130.0, low=9110.0, close=9125.0,
            volume=951.6,
        ),
    ]  # fmt: skip
    assert peer.paths == ["/stocks"]
    assert peer.heard == [{"action": "auth", "params": KEY}, {"action": "subscribe", "params": "AM.AAPL,T.AAPL"}]


@pytest.mark.parametrize("at", [1795188599250, 1795188599250000000])
async def test_a_trade_of_massive_bears_milliseconds_or_nanoseconds(at: int) -> None:
    trade = {"ev": "T", "sym": "AAPL", "p": 175.5, "s": 10, "t": at}
    news = massive_stream_parse.parse_news([trade], NOW, "realtime").news
    assert isinstance(news[0], LastPrice)
    assert news[0].at == datetime(2026, 11, 20, 15, 29, 59, 250000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("symbol", "trades", "channel"),
    [
        ("AAPL", False, "AM.AAPL"),
        ("AAPL", True, "T.AAPL"),
        ("BTC-USD", False, "XA.BTC-USD"),
        ("BTC-USD", True, "XT.BTC-USD"),
    ],
)
def test_massives_channels_bear_its_names(symbol: str, trades: bool, channel: str) -> None:
    assert massive_stream_parse.to_channel(symbol, trades=trades) == channel


@pytest.mark.parametrize(
    ("code", "reason", "permanent", "wait"),
    [
        (400, "VENDOR_ERROR", False, None), (401, "DISABLED", True, None), (402, "DISABLED", True, None),
        (403, "VENDOR_ERROR", False, None), (404, "TIMEOUT", False, None), (405, "DISABLED", True, None),
        (406, "RATE_LIMITED", False, 60.0), (407, "VENDOR_ERROR", False, None), (408, "DISABLED", True, None),
        (409, "DISABLED", True, None), (410, "VENDOR_ERROR", False, None), (500, "VENDOR_ERROR", False, None),
        ("?", "VENDOR_ERROR", False, None),
    ],
)  # fmt: skip
async def test_alpacas_error_codes_keep_their_meaning(
    code: Any, reason: str, permanent: bool, wait: float | None
) -> None:
    message = {"T": "error", "code": code, "msg": f"not with {KEY} and {SECRET}"}
    async with streaming(first_frame(message)) as peer:
        error = await refusal(alpaca_at(peer.url))
    assert (error.reason, error.permanent, error.retry_after) == (reason, permanent, wait)


@pytest.mark.parametrize(
    ("status", "reason", "permanent", "wait"),
    [
        ("auth_failed", "DISABLED", True, None),
        ("not_authorized", "DISABLED", True, None),
        ("max_connections", "RATE_LIMITED", False, 60.0),
        ("error", "VENDOR_ERROR", False, None),
    ],
)
async def test_massives_statuses_keep_their_meaning(
    status: str, reason: str, permanent: bool, wait: float | None
) -> None:
    async with streaming(first_frame({"ev": "status", "status": status, "message": f"not with {KEY}"})) as peer:
        error = await refusal(massive_at(peer.url))
    assert (error.reason, error.permanent, error.retry_after) == (reason, permanent, wait)


async def refusal(stream: MarketStream) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await first(stream, ["AAPL"], 1000)
    assert KEY not in str(caught.value)
    assert SECRET not in str(caught.value)
    return caught.value


async def closed(socket: ServerConnection) -> None:
    await socket.close()


async def garbage(socket: ServerConnection) -> None:
    await socket.send("<html>")
    await stay(socket)


async def no_list(socket: ServerConnection) -> None:
    await socket.send('{"T":"b"}')
    await stay(socket)


async def no_price(socket: ServerConnection) -> None:
    await say(socket, {"T": "b", "S": "AAPL", "o": None}, {"ev": "AM", "sym": "AAPL", "o": None})
    await stay(socket)


@pytest.mark.parametrize(("open_at", "play_of"), [(alpaca_at, alpaca_play), (massive_at, massive_play)])
@pytest.mark.parametrize(
    ("then", "reason"),
    [
        (torn, "VENDOR_ERROR"),
        (closed, "VENDOR_ERROR"),
        (garbage, "REFUSED_ANSWER"),
        (no_list, "REFUSED_ANSWER"),
        (no_price, "REFUSED_ANSWER"),
    ],
)
async def test_a_break_is_an_error_and_never_a_value(
    then: Callable[[ServerConnection], Awaitable[None]],
    reason: str,
    open_at: Callable[[str], MarketStream],
    play_of: Callable[..., Play],
) -> None:
    async with streaming(play_of(then=then)) as peer:
        assert (await refusal(open_at(peer.url))).reason == reason


async def silent(socket: ServerConnection, _: object) -> None:
    await stay(socket)


@pytest.mark.parametrize("open_at", [alpaca_at, massive_at])
async def test_a_stream_that_does_not_greet_is_given_up(open_at: Callable[[str], MarketStream]) -> None:
    async with streaming(silent) as peer:
        assert (await refusal(open_at(peer.url))).reason == "TIMEOUT"


@pytest.mark.parametrize("open_at", [alpaca_at, massive_at])
@pytest.mark.parametrize(
    ("status", "reason", "permanent", "wait"),
    [
        (429, "RATE_LIMITED", False, 60.0),
        (401, "DISABLED", True, None),
        (404, "VENDOR_ERROR", True, None),
        (503, "VENDOR_ERROR", False, None),
    ],
)
async def test_a_handshake_that_is_refused_keeps_its_meaning(
    status: int, reason: str, permanent: bool, wait: float | None, open_at: Callable[[str], MarketStream]
) -> None:
    async with streaming(silent) as peer:
        peer.turning_away = status
        error = await refusal(open_at(peer.url))
    assert (error.reason, error.permanent, error.retry_after) == (reason, permanent, wait)


@pytest.mark.parametrize("open_at", [alpaca_at, massive_at])
@pytest.mark.parametrize("url", ["ws://127.0.0.1:9", "ws://vendor.invalid"])
async def test_a_host_that_is_not_there_is_the_vendors_error(url: str, open_at: Callable[[str], MarketStream]) -> None:
    assert (await refusal(open_at(url))).reason == "VENDOR_ERROR"


@pytest.mark.parametrize("at", [10**400, -(10**400), 1795188599, 0])
def test_a_time_in_a_unit_that_is_none_is_refused(at: int) -> None:
    row = {"o": 1.0, "h": 1.0, "l": 1.0, "c": 1.0, "v": 1.0}
    for message in ({"ev": "T", "sym": "AAPL", "p": 1.0, "t": at}, {"ev": "AM", "sym": "AAPL", "s": at, **row}):
        with pytest.raises(SourceError) as caught:
            massive_stream_parse.parse_news([message], NOW, "realtime")
        assert caught.value.reason == "REFUSED_ANSWER"


def test_messages_that_we_do_not_know_are_passed_over() -> None:
    assert alpaca_stream_parse.parse_news([{"T": "s", "S": "AAPL"}, {"T": "new"}, {}], NOW, "iex").news == ()
    assert massive_stream_parse.parse_news([{"ev": "Q"}, {"ev": "new"}, {}], NOW, "realtime").news == ()


def alpaca_trade(price: float, *conditions: str, symbol: str = "AAPL") -> dict[str, Any]:
    return {
        "T": "t",
        "S": symbol,
        "p": price,
        "s": 9,
        "c": [*conditions],
        "t": "2026-11-20T15:29:59Z",
        "i": 1,
        "z": "C",
    }


def massive_trade(price: float, *conditions: int) -> dict[str, Any]:
    return {"ev": "T", "sym": "AAPL", "p": price, "s": 9, "c": [*conditions], "t": 1795188599250}


def prices(news: tuple[News, ...]) -> list[float]:
    return [each.price for each in news if isinstance(each, LastPrice)]


@pytest.mark.parametrize(
    ("conditions", "forms"),
    [
        (("@",), True), ((" ", "F"), True), ((), True), (("O", "X"), True),
        (("@", "I"), False),  # an odd lot
        (("W",), False), (("B",), False),  # average prices
        (("@", "T"), False), (("U",), False),  # outside the session
        (("Z",), False), (("P",), False), (("4",), False), (("7", "V"), False), (("C",), False),
        (("M",), False), (("Q",), False),  # official prices
        (("~",), False),  # new to us
    ],
)  # fmt: skip
def test_a_trade_of_alpaca_with_these_conditions_forms_a_price(conditions: tuple[str, ...], forms: bool) -> None:
    told = alpaca_stream_parse.parse_news([alpaca_trade(61.0, *conditions)], NOW, "sip")
    assert prices(told.news) == [61.0] * forms


@pytest.mark.parametrize(
    ("conditions", "forms"),
    [
        ((), True), ((0,), True), ((14, 41), True), ((9,), True),
        ((37,), False), ((2,), False), ((12, 37), False), ((13,), False), ((32,), False), ((53, 52), False),
        ((15,), False), ((16,), False), ((99,), False),
    ],
)  # fmt: skip
def test_a_trade_of_massive_with_these_conditions_forms_a_price(conditions: tuple[int, ...], forms: bool) -> None:
    told = massive_stream_parse.parse_news([massive_trade(61.0, *conditions)], NOW, "realtime")
    assert prices(told.news) == [61.0] * forms


def test_a_coins_trade_bears_its_side_where_shares_bear_conditions() -> None:
    trade = {"ev": "XT", "pair": "BTC-USD", "p": 61.0, "s": 1, "c": [2], "t": 1795188599250}
    assert prices(massive_stream_parse.parse_news([trade], NOW, "realtime").news) == [61.0]


def test_a_trade_that_is_cancelled_or_corrected_is_withdrawn() -> None:
    at = "2026-11-20T15:29:59Z"
    cancel = {"T": "x", "S": "AAPL", "i": 2, "x": "D", "p": 62.0, "s": 9, "a": "C", "t": at, "z": "C"}
    correct = {"T": "c", "S": "BRK.B", "x": "V", "oi": 3, "op": 63.0, "os": 9, "ci": 4, "cp": 64.0, "cs": 9, "t": at}
    assert alpaca_stream_parse.parse_news([cancel, correct], NOW, "sip").news == (
        Withdrawal(symbol="AAPL", trade="D:2"),
        Withdrawal(symbol="BRK.B", trade="V:3"),
    )


@pytest.mark.parametrize(("open_at", "play_of"), [(alpaca_at, alpaca_play), (massive_at, massive_play)])
async def test_one_symbols_nonsense_is_left_out_and_counted_and_the_stream_goes_on(
    open_at: Callable[[str], SiftingStream], play_of: Callable[..., Play]
) -> None:
    row = {"o": -1.0, "h": 1.0, "l": -2.0, "c": 1.0, "v": 3.0}
    bad_bar = {"T": "b", "S": "TSLA", "t": "2026-11-20T15:00:00Z", **row, "ev": "AM", "sym": "TSLA", "s": 1795186800000}
    bad_price = {**massive_trade(0.0), **alpaca_trade(0.0), "c": None}
    good = {**massive_trade(61.0), **alpaca_trade(61.0), "c": None}
    if play_of is massive_play:
        bad_price["t"] = good["t"] = 1795188599250
    async with streaming(play_of([bad_bar, bad_price], [good])) as peer:
        stream = open_at(peer.url)
        (news,) = await first(stream, ["AAPL", "TSLA"], 1)
    assert isinstance(news, LastPrice)
    assert news.price == 61.0
    assert [(each.symbol, each.kind, each.at) for each in stream.rejections()] == [
        ("TSLA", "bad_bars", NOW),
        ("AAPL", "bad_price", NOW),
    ]
