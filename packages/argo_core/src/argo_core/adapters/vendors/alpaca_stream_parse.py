"""Alpaca's pushed messages → bars and prices; its errors by their codes.

Source: the vendor's description of its market data stream. Of trades that form a price and minute bars (`b`, and `u`: a
late correction) we make values, and of trades that were cancelled (`x`) or corrected (`c`) withdrawals; what else comes
is not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from argo_core.adapters.alpaca.symbol_forms import from_alpaca
from argo_core.adapters.vendors.alpaca_data_parse import BarRow, TradeRow, trade_mark
from argo_core.adapters.vendors.answer_shape import last_price, shaped
from argo_core.adapters.vendors.pushed import Pushed, pushed
from argo_core.adapters.vendors.streamed_bar import streamed_bar
from argo_core.adapters.vendors.trade_conditions import ALPACA, forms_price
from argo_core.errors import SourceError
from argo_core.model.last_price import Withdrawal
from argo_core.ports.market_stream import News

VENDOR = "alpaca"
CONNECTED, AUTHENTICATED, SUBSCRIBED = "connected", "authenticated", "subscribed"
# A session that was cut off is counted for a while: to come back at once is refused, and hammering prolongs it.
BUSY_SECONDS = 60.0
_ERRORS: dict[int, tuple[str, bool, float | None, str]] = {
    401: ("DISABLED", True, None, "the stream wants a key"),
    402: ("DISABLED", True, None, "the stream refuses the key: check it"),
    403: ("VENDOR_ERROR", False, None, "authenticated twice"),
    404: ("TIMEOUT", False, None, "the key came too late"),
    405: ("DISABLED", True, None, "the plan has fewer symbols: follow fewer, or change the plan"),
    406: ("RATE_LIMITED", False, BUSY_SECONDS, "another connection of this key is open, or was a moment ago"),
    407: ("VENDOR_ERROR", False, None, "we read too slowly"),
    408: ("DISABLED", True, None, "the stream is not enabled for this key"),
    409: ("DISABLED", True, None, "the plan does not include this feed: use iex"),
}


class _Bar(BarRow, frozen=True, gc=False):
    S: str


class _Trade(TradeRow, frozen=True, kw_only=True):
    S: str
    c: list[str] | None = None


class _Cancel(msgspec.Struct, frozen=True, gc=False):
    S: str
    i: int
    x: str = ""


class _Correction(msgspec.Struct, frozen=True, gc=False):
    S: str
    oi: int
    x: str = ""


def parse_news(messages: Iterable[dict[str, object]], received_at: datetime, feed: str) -> Pushed:
    """The bars and prices among messages. Raises SourceError for an error message, REFUSED_ANSWER for a broken one."""
    return pushed(messages, lambda message: _read(message, received_at, feed))


def _read(message: dict[str, object], received_at: datetime, feed: str) -> News | None:
    kind = message.get("T")
    if kind == "error":
        raise refusal(message)
    if kind in ("b", "u"):
        bar = shaped(VENDOR, message, _Bar)
        return streamed_bar(VENDOR, from_alpaca(bar.S, None), bar.t, (bar.o, bar.h, bar.l, bar.c, bar.v))
    if kind == "t":
        trade = shaped(VENDOR, message, _Trade)
        if forms_price(trade.c, ALPACA):
            return last_price(VENDOR, from_alpaca(trade.S, None), trade.p, trade.t, received_at, feed, trade.mark)
    if kind == "x":
        cancel = shaped(VENDOR, message, _Cancel)
        return Withdrawal(symbol=from_alpaca(cancel.S, None), trade=trade_mark(cancel.x, cancel.i))
    if kind == "c":  # its new price comes without the time of its trade: the next trade is waited for
        correction = shaped(VENDOR, message, _Correction)
        return Withdrawal(symbol=from_alpaca(correction.S, None), trade=trade_mark(correction.x, correction.oi))
    return None


def parse_step(messages: Iterable[dict[str, object]]) -> str | None:
    """How far the opening talk has come, None for what is no part of it. Raises SourceError for an error message."""
    for message in messages:
        if message.get("T") == "error":
            raise refusal(message)
        if message.get("T") == "success":
            return str(message.get("msg"))
        if message.get("T") == "subscription":
            return SUBSCRIBED
    return None


def refusal(message: dict[str, object]) -> SourceError:
    """What an error message means, by its code."""
    code = message.get("code")
    reason, permanent, wait, advice = _ERRORS.get(
        code if isinstance(code, int) else 0, ("VENDOR_ERROR", False, None, "we come back")
    )
    return SourceError(
        reason, f"{VENDOR}: {advice} ({code}): {message.get('msg')}", permanent=permanent, retry_after=wait
    )
