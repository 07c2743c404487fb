"""All figures of one part of the record at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from alpine_core.model.closed_signal import ClosedSignal, DayClose
from alpine_core.track_record.calibration import (
    Calibration,
    calibration_of_confidence,
    calibration_of_probability,
)
from alpine_core.track_record.equity import STAKE_PCT, Equity, equity_of
from alpine_core.track_record.hold import Hold, hold_of
from alpine_core.track_record.months import Month, months_of
from alpine_core.track_record.performance import Group, Performance, band_name, groups_of, performance_of
from alpine_core.track_record.results import Costs, Result, results_of
from alpine_core.track_record.selection import Selection

NO_REGIME = "not told"


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: which signals, with which costs, and which share of the capital follows each (per cent)."""

    selection: Selection = Selection()
    costs: Costs = Costs()
    stake_pct: float = STAKE_PCT


class TrackRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`closed` signals ended; `without_result` of them have no price and are in no figure; `replayed` were made from
    recorded history; for `stated_costs` the provider states costs itself. `endings` counts by the log's word."""

    terms: Terms
    closed: int
    without_result: int
    replayed: int
    stated_costs: int
    endings: Mapping[str, int]
    results: tuple[Result, ...]
    overall: Performance
    equity: Equity
    hold: Hold
    months: tuple[Month, ...]
    by_symbol: tuple[Group, ...]
    by_regime: tuple[Group, ...]
    by_band: tuple[Group, ...]
    by_confidence: Calibration
    by_probability: Calibration


def track_record(closed: Sequence[ClosedSignal], terms: Terms, closes: Mapping[str, Sequence[DayClose]]) -> TrackRecord:
    """Reckon everything from ended signals; `closes` are of the symbols that the terms select, over any days."""
    taken = [each for each in closed if terms.selection.takes(each)]
    results = results_of(taken, terms.costs)
    equity = equity_of(results, terms.stake_pct)
    days = [point.day for point in equity.curve]
    traded = {each.signal.symbol for each in results}
    return TrackRecord(
        terms=terms,
        closed=len(taken),
        without_result=len(taken) - len(results),
        replayed=sum(each.replayed for each in taken),
        stated_costs=sum(each.stated_net_pct is not None for each in taken),
        endings=dict(sorted(Counter(each.result for each in taken).items())),
        results=results,
        overall=performance_of(results),
        equity=equity,
        hold=hold_of(days, {symbol: closes.get(symbol, ()) for symbol in traded}),
        months=months_of(results, terms.stake_pct),
        by_symbol=groups_of(results, lambda each: each.signal.symbol),
        by_regime=groups_of(results, lambda each: each.signal.regime or NO_REGIME),
        by_band=groups_of(results, lambda each: band_name(each.signal.confidence)),
        by_confidence=calibration_of_confidence(results),
        by_probability=calibration_of_probability(results),
    )
