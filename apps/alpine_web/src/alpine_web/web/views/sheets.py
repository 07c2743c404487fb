"""Signals and trades as sheets."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.tiers import SignalView
from alpine_core.track_record import Result
from alpine_web.web.views.sheet import Cell, Sheet

SIGNAL_COLUMNS = (
    "alpine_signal_id signal_id symbol action entry_price target_price stop_price confidence strategy timestamp "
    "verification_hash scheme origin leaf_index received_at regime win_probability data_source outcome result "
    "exit_price exit_at profit_loss_pct net_pct"
).split()
TRADE_COLUMNS = (
    "signal_id symbol action strategy confidence regime opened_at closed_at entry_price exit_price result gross_pct "
    "net_pct replayed"
).split()


def signal_sheet(views: Sequence[SignalView]) -> Sheet:
    """A row for each signal: what the hash covers, its place in the log, and what is known beside."""
    return Sheet("signals", tuple(SIGNAL_COLUMNS), [_signal(view) for view in views])


def trade_sheet(results: Sequence[Result]) -> Sheet:
    """A row for each ended signal, with its result before and after costs in per cent of the entry."""
    return Sheet("trades", tuple(TRADE_COLUMNS), [_trade(each) for each in results])


def _signal(view: SignalView) -> list[Cell]:
    place: list[Cell] = [None, None] if view.proof is None else [view.proof.origin, view.proof.leaf_index]
    ended = view.outcome
    end: list[Cell] = [None] * 6
    if ended is not None:
        end = [ended.outcome, ended.result, ended.exit_price, ended.exit_at, ended.profit_loss_pct, ended.net_pct]
    return [
        view.alpine_signal_id,
        view.signal_id,
        view.symbol,
        view.action,
        view.entry_price,
        view.target_price,
        view.stop_price,
        view.confidence,
        view.strategy,
        view.timestamp,
        view.verification_hash,
        view.scheme,
        *place,
        view.received_at,
        view.details.regime,
        view.details.win_probability,
        view.details.data_source,
        *end,
    ]


def _trade(each: Result) -> list[Cell]:
    signal = each.signal
    return [
        signal.signal_id,
        signal.symbol,
        signal.action,
        signal.strategy,
        signal.confidence,
        signal.regime,
        signal.opened_at,
        signal.closed_at,
        signal.entry_price,
        signal.exit_price,
        signal.result,
        each.gross_pct,
        each.net_pct,
        signal.replayed,
    ]
