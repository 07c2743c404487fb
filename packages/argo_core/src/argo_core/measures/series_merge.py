"""A stored series and new bars of it → one series, or the first bar about which they disagree."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from argo_core.errors import DataError
from argo_core.model.bars import COLUMNS, Bars
from argo_core.model.instant import InstantArray, to_instant64


def merged(stored: Bars, incoming: Bars) -> Bars:
    """Both, as one. Where their periods overlap they must be the same bars, to the last digit.

    Raises DataError `bars_differ`, which names the first bar that differs, `bad_timeframe` for another length.
    """
    difference = first_difference(stored, incoming)
    if difference is not None:
        raise DataError("bars_differ", f"{stored.symbol} {stored.timeframe.name}: {difference}")
    return stored.joined(incoming, len(stored) + len(incoming))


def replaced(stored: Bars, incoming: Bars) -> Bars:
    """Incoming bars take the place of all stored ones of their period: what they leave out is gone."""
    if not len(incoming):
        return stored
    before = stored.first(int(np.searchsorted(stored.start, incoming.start[0])))
    behind = stored.last(len(stored) - int(np.searchsorted(stored.start, incoming.start[-1], side="right")))
    whole = before.joined(incoming, len(before) + len(incoming)) if len(before) else incoming
    return whole.joined(behind, len(whole) + len(behind)) if len(behind) else whole


def started_between(bars: Bars, low: datetime | None, high: datetime | None) -> Bars:
    """The bars that start in [low, high); None is without a limit."""
    last = len(bars) if high is None else int(np.searchsorted(bars.start, to_instant64(high)))
    first = 0 if low is None else int(np.searchsorted(bars.start, to_instant64(low)))
    return bars.first(last).last(max(last - first, 0))


def first_difference(stored: Bars, incoming: Bars) -> str | None:
    """In words, the first bar of their common period that is not the same in both; None if there is none."""
    if not len(stored) or not len(incoming):
        return None
    begin, end = max(stored.start[0], incoming.start[0]), min(stored.start[-1], incoming.start[-1])
    ours, theirs = _within(stored, begin, end), _within(incoming, begin, end)
    every = np.union1d(ours.start, theirs.start)
    lonely = np.setxor1d(ours.start, theirs.start)
    common = np.setdiff1d(every, lonely, assume_unique=True)
    changed = _changed(ours, theirs, common)
    first = min([*lonely[:1], *changed[:1]], default=None)
    if first is None:
        return None
    if len(lonely) and first == lonely[0]:
        where = "stored but not among the given ones" if first in ours.start else "given but not stored"
        return f"the bar of {first}Z is {where}, inside the period of both"
    row, other = int(np.searchsorted(ours.start, first)), int(np.searchsorted(theirs.start, first))
    if ours.end[row] != theirs.end[other]:
        return f"the bar of {first}Z differs in its end: stored {ours.end[row]}Z, given {theirs.end[other]}Z"
    column = int(np.argmax(ours.values[:, row] != theirs.values[:, other]))
    told, given = float(ours.values[column, row]), float(theirs.values[column, other])
    return f"the bar of {first}Z differs in {COLUMNS[column]}: stored {told!r}, given {given!r}"


def _changed(ours: Bars, theirs: Bars, common: InstantArray) -> InstantArray:
    """Starts of the bars that both have and tell otherwise."""
    here, there = np.searchsorted(ours.start, common), np.searchsorted(theirs.start, common)
    same = (ours.values[:, here] == theirs.values[:, there]).all(axis=0) & (ours.end[here] == theirs.end[there])
    changed: InstantArray = common[~same]
    return changed


def _within(bars: Bars, begin: np.datetime64, end: np.datetime64) -> Bars:
    first = int(np.searchsorted(bars.start, begin))
    return bars.first(int(np.searchsorted(bars.start, end, side="right"))).last(
        int(np.searchsorted(bars.start, end, side="right")) - first
    )
