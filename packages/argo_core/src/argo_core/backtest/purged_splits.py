"""Cross-validation that does not leak where labels look ahead: purged, with an embargo, and combinatorial.

Source: López de Prado, Advances in Financial Machine Learning (2018), sections 7.4 (purging, embargo) and 12.4
(combinatorial purged cross-validation).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.backtest.splits import Rows, Split, label_ends
from argo_core.errors import DataError


def purged_k_fold(ends: ArrayLike, folds: int, embargo: int = 0) -> tuple[Split, ...]:
    """Each of `folds` runs of rows is judged once. `ends` as `label_ends`; `embargo` rows after a test are not learned
    from. Raises DataError: bad_shape, bad_order, bad_count; nothing_left where purging leaves nothing to learn from.
    """
    rows = label_ends(ends)
    groups = _groups(rows.size, folds, embargo)
    return tuple(_purged(rows, [group], embargo) for group in groups)


@dataclass(frozen=True, slots=True, eq=False)
class CombinatorialSplits:
    """`splits` C(N, k), one for each choice of k of N groups to be judged. `paths` int (φ, N): in path p, group g is
    judged by split `paths[p, g]`; each path covers every row once, and no split serves a group twice.
    `groups` (N,): the rows of each group."""

    splits: tuple[Split, ...]
    paths: NDArray[np.int64]
    groups: tuple[Rows, ...]

    def stitched(self, judged: Sequence[ArrayLike]) -> NDArray[np.float64]:
        """One figure for each row and path, (φ, T), from what each split gave for its test rows, in their order.

        Raises DataError `bad_shape` unless there is one array for each split, of its tests' length.
        """
        if len(judged) != len(self.splits):
            raise DataError("bad_shape", f"{len(judged)} results for {len(self.splits)} splits: give one for each")
        count = sum(group.size for group in self.groups)
        spread = np.full((len(self.splits), count), np.nan)
        for row, (split, values) in enumerate(zip(self.splits, judged, strict=True)):
            array = np.asarray(values, dtype=np.float64)
            if array.shape != split.test.shape:
                raise DataError("bad_shape", f"split {row} judges {split.test.size} rows, not {array.shape}")
            spread[row, split.test] = array
        paths = np.empty((len(self.paths), count))
        for column, group in enumerate(self.groups):
            paths[:, group] = spread[self.paths[:, column]][:, group]
        return paths


def combinatorial_purged(ends: ArrayLike, groups: int, tested: int, embargo: int = 0) -> CombinatorialSplits:
    """Every choice of `tested` of `groups` runs of rows is judged by what is learned from the others.

    The number of paths is C(N - 1, k - 1), which is k / N · C(N, k). Raises as `purged_k_fold`; bad_count too unless
    1 ≤ tested < groups and there are at most 10,000 choices.
    """
    rows = label_ends(ends)
    runs = _groups(rows.size, groups, embargo)
    if not 1 <= tested < groups:
        raise DataError("bad_count", f"{tested} of {groups} groups cannot be judged: give 1 to {groups - 1}")
    choices = list(combinations(range(groups), tested))
    if len(choices) > 10_000:
        raise DataError("bad_count", f"{len(choices)} splits are too many: choose fewer groups")
    splits = tuple(_purged(rows, [runs[group] for group in choice], embargo) for choice in choices)
    by_group = [[row for row, choice in enumerate(choices) if group in choice] for group in range(groups)]
    return CombinatorialSplits(splits, np.array(by_group, dtype=np.int64).T, tuple(runs))


def _groups(rows: int, groups: int, embargo: int) -> list[Rows]:
    if not 2 <= groups <= rows or embargo < 0:
        raise DataError("bad_count", f"{groups} groups of {rows} rows: give 2 to {rows}, and an embargo of 0 or more")
    return [run.astype(np.int64) for run in np.array_split(np.arange(rows), groups)]


def _purged(ends: Rows, tests: list[Rows], embargo: int) -> Split:
    """What may be learned from: no row whose label overlaps a test's labels, none in the embargo after one."""
    rows = np.arange(ends.size)
    allowed = np.ones(ends.size, dtype=np.bool_)
    for run in tests:
        reach = int(ends[run].max())
        # A span [row, end] meets [first, reach] unless it ends before the one or begins after the other.
        allowed &= (ends < run[0]) | (rows > reach + embargo)
    if not allowed.any():
        raise DataError("nothing_left", "purging leaves nothing to learn from: shorter labels or larger groups")
    return Split(train=rows[allowed], test=np.concatenate(tests))
