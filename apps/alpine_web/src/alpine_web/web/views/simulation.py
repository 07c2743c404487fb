"""A simulation in words, and as a table to download."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from alpine_core.simulator import CurvePoint, Simulation, Sizing, SkipReason
from alpine_web.formula_guard import guarded

MOST_POINTS = 200
REASONS: Mapping[SkipReason, str] = {
    SkipReason.NO_MARK: "no price bar came after the delay",
    SkipReason.ENDED_BEFORE: "it had ended before you could enter",
    SkipReason.LEVEL_PASSED: "the price was beyond target or stop when you came",
    SkipReason.NO_EXIT_PRICE: "its outcome has no price",
    SkipReason.NO_STOP: "it has no stop to size by",
    SkipReason.MAX_OPEN: "as many trades were open as you allow",
    SkipReason.NO_CASH: "no cash was left",
}
SIZINGS: Mapping[str, str] = {
    Sizing.EQUITY.value: "% of equity",
    Sizing.FIXED.value: "a fixed amount",
    Sizing.RISK.value: "% of equity at risk to the stop",
}
EXITS: Mapping[str, str] = {
    "target": "target",
    "stop": "stop",
    "expired": "horizon",
    "cancelled": "cancelled",
    "manual": "closed by hand",
    "target_by_bars": "target, by price bars",
    "stop_by_bars": "stop, by price bars",
}
COLUMNS = (
    "signal_id symbol side state reason quantity value entered_at entry_price exited_at exit_price fees slippage net "
    "net_pct ambiguous unrealised mark_price marked_at"
).split()


def counted_reasons(simulation: Simulation) -> tuple[tuple[str, int], ...]:
    """Each reason in words, with how many signals were not traded for it."""
    counts = Counter(skip.reason for skip in simulation.skipped)
    return tuple((words, counts[reason]) for reason, words in REASONS.items())


def thinned(curve: Sequence[CurvePoint]) -> tuple[CurvePoint, ...]:
    """At most 200 points, evenly among all, the first and the last always."""
    if len(curve) <= MOST_POINTS:
        return tuple(curve)
    last = len(curve) - 1
    return tuple(curve[round(number * last / (MOST_POINTS - 1))] for number in range(MOST_POINTS))


def trades_csv(simulation: Simulation) -> str:
    """One line for each signal: closed, open or skipped with its reason. A text never begins as a formula would."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\r\n")
    table.writeheader()
    for trade in simulation.trades:
        table.writerow(_row(trade, state="closed", reason=trade.exit, side=_side(trade.is_long)))
    for held in simulation.open:
        table.writerow(_row(held, state="open", side=_side(held.is_long)))
    for skip in simulation.skipped:
        table.writerow(_row(skip, state="skipped", reason=skip.reason.value))
    return text.getvalue()


def _side(is_long: bool) -> str:
    return "long" if is_long else "short"


def _row(value: msgspec.Struct, **more: str) -> dict[str, Any]:
    told = {**msgspec.to_builtins(value), **more}
    return {name: guarded(text) for name, text in told.items()}


def money(value: float | None) -> str:
    """An amount with two decimals, or a dash."""
    return "–" if value is None else f"{value:,.2f}"


def exit_words(name: str) -> str:
    """How a trade ended."""
    return EXITS.get(name, name)
