"""Finished trades as Tradervue imports them: its generic format, two executions for each trade.

Source: help.tradervue.com, "Generic Import Format": Date, Time, Symbol, Quantity, Price, Side, and the fee columns
Commission, TransFee, ECNFee. Sides begin with B or S; times are HH:MM:SS in the zone that is chosen at the import:
these are UTC. The format was read in its documentation and not tried against the service.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from argo_core.model.instant import require_utc
from argo_core.model.trade import Trade

HEAD = ("Date", "Time", "Symbol", "Quantity", "Price", "Side", "Commission", "TransFee", "ECNFee")
SIDES = {"BUY": ("Buy", "Sell"), "SELL": ("Short", "Buy")}


def tradervue_csv(trades: Iterable[Trade]) -> str:
    """Lines that end as RFC 4180 has it, with a header, in the order of execution; no field needs quotes. A
    trade's fees stand with its exit: how they were parted between entry and exit is not known."""
    rows = []
    for trade in trades:
        opening, closing = SIDES[trade.action]
        rows.append((trade.opened_at, trade.trade_id, _row(trade, trade.opened_at, trade.entry_price, opening, 0.0)))
        rows.append(
            (trade.closed_at, trade.trade_id, _row(trade, trade.closed_at, trade.exit_price, closing, trade.fees))
        )
    # Where both executions of a trade have one time, the stable order keeps the entry before its exit.
    ordered = (row for _, _, row in sorted(rows, key=lambda each: each[:2]))
    return "".join(f"{','.join(line)}\r\n" for line in (HEAD, *ordered))


def _row(trade: Trade, at: datetime, price: float, side: str, fees: float) -> tuple[str, ...]:
    moment = require_utc(at)
    figures = (_plain(trade.quantity), _plain(price), side, _plain(fees), "0", "0")
    return (f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}", trade.symbol, *figures)


def _plain(value: float) -> str:
    """Without an exponent, to ten decimal places, the most that a coin is divided into here."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
