"""The consensus of a long table in one compiled pass. Import this module inside a function: it loads numba.

The same float operations in the same order as the numpy path of `consensus.engine`, so that results are equal to the
last bit. K sources, G groups, S symbols.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.compiled import kernel
from argo_core.measures.panel import Floats
from argo_core.model.consensus import Veto

Codes = NDArray[np.int8]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Chosen = NDArray[np.int16]
Integers = NDArray[np.int64]
# Rows of the figures that `judge_all` fills.
RAW, CONFIDENCE, AGREEMENT, COVERAGE = range(4)
# Rows of the sums that `count_all` fills; SPREAD is the deviation of prices in percent.
LONG, SHORT, PRESENT, EXPECTED, SPREAD = range(5)
# Cells that are counted together.
BLOCK = 512
# Enumerations are plain numbers here: a compiled loop does not know them.
NONE, NO_PRICE, CORPORATE_ACTION, NO_VOTES = (
    int(Veto.NONE), int(Veto.NO_PRICE), int(Veto.CORPORATE_ACTION), int(Veto.NO_VOTES)
)  # fmt: skip
STALE_DATA, PRICE_DEVIATION, LOW_COVERAGE = int(Veto.STALE_DATA), int(Veto.PRICE_DEVIATION), int(Veto.LOW_COVERAGE)
ALL_NEUTRAL, TIED, BELOW_THRESHOLD = int(Veto.ALL_NEUTRAL), int(Veto.TIED), int(Veto.BELOW_THRESHOLD)


@kernel
def choose(
    row: int, member: float, confidence: Floats, factor: Floats, absence: Bytes, direction: Codes, chosen: Chosen,
    side: Codes, best: Floats, weight: Floats, aged: Floats,
) -> None:  # fmt: skip
    """Let one member speak for its group in those cells of a block where it is surer than those before it."""
    for cell in range(best.size):
        sure, age, way = confidence[cell], factor[cell], direction[cell]
        better = (absence[cell] == 0) & (sure > best[cell])
        chosen[cell] = row if better else chosen[cell]
        side[cell] = way if better else side[cell]
        best[cell] = sure if better else best[cell]
        weight[cell] = member if better else weight[cell]
        aged[cell] = member * age if better else aged[cell]


@kernel
def expect(member: float, expected: Flags, due: Floats) -> None:
    """What a group would weigh is the weight of its first member that is due."""
    for cell in range(due.size):
        due[cell] = member if expected[cell] & (due[cell] == 0.0) else due[cell]


@kernel
def widen(price: Floats, absence: Bytes, lowest: Floats, highest: Floats) -> None:
    """Let one voting source's finite prices count among the lowest and highest of a block."""
    for cell in range(highest.size):
        told, low, high = price[cell], lowest[cell], highest[cell]
        seen = (absence[cell] == 0) & (abs(told) < np.inf)
        lowest[cell] = told if seen & (told < low) else low
        highest[cell] = told if seen & (told > high) else high


@kernel
def add_group(
    chosen: Chosen, side: Codes, best: Floats, weight: Floats, aged: Floats, due: Floats, long: Floats, short: Floats,
    present: Floats, expected: Floats,
) -> None:  # fmt: skip
    """What a group whose members have all been heard adds to the sums of a block."""
    for cell in range(best.size):
        heard, way, much = chosen[cell] >= 0, side[cell], aged[cell]
        sure = best[cell] if heard else 0.0
        due[cell] = weight[cell] if heard else due[cell]
        best[cell] = sure
        weighed = much * sure
        long[cell] += weighed if way > 0 else 0.0
        short[cell] += weighed if way < 0 else 0.0
        present[cell] += much
        expected[cell] += due[cell]


@kernel
def spread(lowest: Floats, highest: Floats) -> None:
    """How far prices lie apart, in percent of the lowest, in the place of the highest; 0 with fewer than two."""
    for cell in range(highest.size):
        low, high = lowest[cell], highest[cell]
        apart = (high - low) / low * 100.0 if low != 0.0 else np.inf
        highest[cell] = apart if high > low else 0.0


@kernel
def count_all(
    ends: Integers, member: Floats, confidence: Floats, factor: Floats, absence: Bytes, expected: Flags,
    direction: Codes, price: Floats, chosen: Chosen, side: Codes, best: Floats, weight: Floats, aged: Floats,
    due: Floats, sums: Floats,
) -> None:  # fmt: skip
    """Every cell's groups and their sums, in the order of groups. `ends` (G + 1,): where the members of each begin and
    end. Fills `chosen`, `side`, `best` (confidence), `weight`, `aged` and `due` (expected weight), all (G, S), and
    `sums` (5, S). A block of cells at a time, so that what is read again is still near the processor; and selections
    instead of branches, because votes cannot be foretold."""
    count = absence.shape[1]
    lowest = np.empty(BLOCK)
    for begin in range(0, count, BLOCK):
        end = min(begin + BLOCK, count)
        low, high = lowest[: end - begin], sums[SPREAD, begin:end]
        sums[:SPREAD, begin:end] = 0.0
        low[:], high[:] = np.inf, -np.inf
        for at in range(ends.size - 1):
            who, way, sure = chosen[at, begin:end], side[at, begin:end], best[at, begin:end]
            much, old, owed = weight[at, begin:end], aged[at, begin:end], due[at, begin:end]
            who[:], way[:], sure[:], much[:], old[:], owed[:] = -1, 0, -1.0, 0.0, 0.0, 0.0
            for row in range(ends[at], ends[at + 1]):
                silent = absence[row, begin:end]
                choose(
                    row, member[row], confidence[row, begin:end], factor[row, begin:end], silent,
                    direction[row, begin:end], who, way, sure, much, old,
                )  # fmt: skip
                expect(member[row], expected[row, begin:end], owed)
                widen(price[row, begin:end], silent, low, high)
            add_group(
                who, way, sure, much, old, owed, sums[LONG, begin:end], sums[SHORT, begin:end],
                sums[PRESENT, begin:end], sums[EXPECTED, begin:end],
            )  # fmt: skip
        spread(low, high)


@kernel
def judge_all(
    side: Codes, aged: Floats, sums: Floats, factor: Floats, base: Floats, leaning: Codes, figures: Floats,
) -> None:  # fmt: skip
    """Fills `leaning` (S,) and `figures` (4, S). `base` (S,): what the winner is held against."""
    for cell in range(leaning.size):
        long, short, present = sums[LONG, cell], sums[SHORT, cell], sums[PRESENT, cell]
        way = 1 if long > short else (-1 if short > long else 0)
        against, due, backing = base[cell], sums[EXPECTED, cell], 0.0
        for at in range(side.shape[0]):
            weight = aged[at, cell]
            backing += weight if side[at, cell] == way else 0.0
        raw = max(long, short) / (against if against > 0 else 1.0)
        raw = raw if against > 0 else 0.0
        agreement, coverage = backing / (present if present > 0 else 1.0), present / (due if due > 0 else 1.0)
        leaning[cell] = way
        figures[RAW, cell] = np.rint(raw * 1e4) / 1e4
        figures[CONFIDENCE, cell] = np.rint(raw * factor[cell] * 1e4) / 1e4
        figures[AGREEMENT, cell] = agreement if (way != 0) & (present > 0) else 0.0
        figures[COVERAGE, cell] = coverage if due > 0 else 0.0


@kernel
def veto_all(
    price: Floats, age: Floats, doubtful: Flags, deviation: Floats, present: Floats, long: Floats, leaning: Codes,
    confidence: Floats, coverage: Floats, threshold: Floats, limits: Floats, veto: Bytes, measured: Floats,
    limit: Floats,
) -> None:  # fmt: skip
    """What stands against each cell, written from what counts least to what counts most. `limits`: seconds of
    staleness, percent of deviation, coverage. Fills `veto`, `measured` and `limit` (S,)."""
    stale, widest, floor = limits
    for cell in range(veto.size):
        sure, bar, cover, side, old = confidence[cell], threshold[cell], coverage[cell], leaning[cell], age[cell]
        apart, paid, holds = deviation[cell], price[cell], sure < bar
        code = BELOW_THRESHOLD if holds else NONE
        told, most = sure if holds else np.nan, bar if holds else np.nan
        holds = side == 0
        code, told, most = TIED if holds else code, sure if holds else told, bar if holds else most
        holds = (side == 0) & (long[cell] == 0)
        code, told, most = ALL_NEUTRAL if holds else code, 0.0 if holds else told, bar if holds else most
        holds = cover < floor
        code, told, most = LOW_COVERAGE if holds else code, cover if holds else told, floor if holds else most
        holds = apart > widest
        code, told, most = PRICE_DEVIATION if holds else code, apart if holds else told, widest if holds else most
        holds = not old <= stale
        code, told, most = STALE_DATA if holds else code, old if holds else told, stale if holds else most
        holds = present[cell] <= 0
        code, told, most = NO_VOTES if holds else code, 0.0 if holds else told, np.nan if holds else most
        holds = doubtful[cell]
        code, told, most = CORPORATE_ACTION if holds else code, np.nan if holds else told, np.nan if holds else most
        holds = not ((paid > 0) & (paid < np.inf))
        code, told, most = NO_PRICE if holds else code, np.nan if holds else told, np.nan if holds else most
        veto[cell], measured[cell], limit[cell] = code, told, most
