"""Ended signals with their result after costs."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from alpine_core.model.closed_signal import ClosedSignal

ASSUMED_COST_PCT = 0.2
"""What entering and leaving costs together, in per cent of the entry, where the provider states no costs."""


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """`assumed_pct` (from 0) is taken off where the provider states no costs; with `always`, off every signal, whatever
    is stated."""

    assumed_pct: float = ASSUMED_COST_PCT
    always: bool = False


class Result(msgspec.Struct, frozen=True):
    """A signal with its result: `net_pct` after costs, `gross_pct` before, per cent of the entry price."""

    signal: ClosedSignal
    gross_pct: float
    net_pct: float

    @property
    def won(self) -> bool:
        """Above nothing after costs."""
        return self.net_pct > 0


def results_of(closed: Iterable[ClosedSignal], costs: Costs) -> tuple[Result, ...]:
    """Those that have a result, by the time of their end; signals that ended without a price have none."""
    found = [_result(each, each.gross_pct, costs) for each in closed if each.gross_pct is not None]
    return tuple(sorted(found, key=lambda each: (each.signal.closed_at, each.signal.cursor)))


def _result(signal: ClosedSignal, gross_pct: float, costs: Costs) -> Result:
    stated = None if costs.always else signal.stated_net_pct
    return Result(signal, gross_pct, gross_pct - costs.assumed_pct if stated is None else stated)
