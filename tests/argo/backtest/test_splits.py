"""Windows and purged folds: what may be learned from, row by row."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.backtest.purged_splits import combinatorial_purged, purged_k_fold
from argo_core.backtest.walk_forward_splits import WalkForwardPlan, walk_forward_splits
from argo_core.errors import DataError


def spans(rows: int, plan: WalkForwardPlan) -> list[tuple[int, int, int, int]]:
    return [
        (int(split.train[0]), int(split.train[-1]), int(split.test[0]), int(split.test[-1]))
        for split in walk_forward_splits(rows, plan)
    ]


def test_rolling_windows_forget() -> None:
    assert spans(11, WalkForwardPlan(train=4, test=3)) == [(0, 3, 4, 6), (3, 6, 7, 9), (6, 9, 10, 10)]


def test_anchored_windows_grow_and_keep_their_distance() -> None:
    plan = WalkForwardPlan(train=4, test=3, gap=2, anchored=True)
    assert spans(12, plan) == [(0, 3, 6, 8), (0, 6, 9, 11)]


def test_a_walk_without_a_row_to_judge_is_refused() -> None:
    with pytest.raises(DataError, match="too few"):
        walk_forward_splits(6, WalkForwardPlan(train=4, test=3, gap=2))
    with pytest.raises(DataError, match="at least one row"):
        WalkForwardPlan(train=0, test=3)


def test_purging_and_embargo_by_hand() -> None:
    # Nine rows, labels that look two rows ahead, three folds, one row of embargo.
    ends = np.minimum(np.arange(9) + 2, 8)
    found = [(split.train.tolist(), split.test.tolist()) for split in purged_k_fold(ends, 3, embargo=1)]
    assert found == [
        # The first test's labels reach row 4; 5 is embargoed.
        ([6, 7, 8], [0, 1, 2]),
        # Row 1 and 2 look into row 3 and 4; the test's labels reach row 7; 8 is embargoed.
        ([0], [3, 4, 5]),
        ([0, 1, 2, 3], [6, 7, 8]),
    ]


@given(
    rows=st.integers(12, 60),
    folds=st.integers(2, 6),
    reach=st.integers(0, 3),
    embargo=st.integers(0, 3),
)
def test_no_label_that_is_learned_from_overlaps_one_that_is_judged(
    rows: int, folds: int, reach: int, embargo: int
) -> None:
    ends = np.minimum(np.arange(rows) + reach, rows - 1)
    try:
        splits = purged_k_fold(ends, folds, embargo)
    except DataError as refused:
        assert refused.code == "nothing_left"
        return
    assert np.concatenate([split.test for split in splits]).tolist() == list(range(rows))
    for split in splits:
        for row in split.train.tolist():
            assert not ((split.test <= ends[row]) & (ends[split.test] >= row)).any()
            assert not 0 < row - int(ends[split.test].max()) <= embargo


@pytest.mark.parametrize(("groups", "tested", "splits", "paths"), [(6, 2, 15, 5), (10, 2, 45, 9), (5, 1, 5, 1)])
def test_the_number_of_paths_is_the_books(groups: int, tested: int, splits: int, paths: int) -> None:
    """López de Prado 2018, section 12.4.1: φ[6, 2] = 5 of 15 splits; φ[N, 1] = 1, φ[N, 2] = N - 1."""
    found = combinatorial_purged(np.arange(60), groups, tested)
    assert len(found.splits) == splits == comb(groups, tested)
    assert found.paths.shape == (paths, groups)


def test_the_paths_are_those_of_the_book() -> None:
    """López de Prado 2018, chapter 12, splits numbered from 1: path 1 is (G1,S1), (G2,S1), (G3,S2), (G4,S3), (G5,S4)
    and (G6,S5), path 2 is (G1,S2), (G2,S6), (G3,S6), (G4,S7), (G5,S8) and (G6,S9); the others follow by the same
    rule."""
    paths = combinatorial_purged(np.arange(60), 6, 2).paths + 1
    assert paths.T.tolist() == [
        [1, 2, 3, 4, 5],
        [1, 6, 7, 8, 9],
        [2, 6, 10, 11, 12],
        [3, 7, 10, 13, 14],
        [4, 8, 11, 13, 15],
        [5, 9, 12, 14, 15],
    ]


def test_each_path_covers_every_row_once() -> None:
    found = combinatorial_purged(np.arange(20), 4, 2)
    assert found.stitched([split.test * 1.0 for split in found.splits]).tolist() == [list(map(float, range(20)))] * 3
    marked = found.stitched([np.full(split.test.size, row) for row, split in enumerate(found.splits)])
    # Across paths, a row is judged by every split that tests it, once each.
    assert sorted(marked[:, 0].tolist()) == [0.0, 1.0, 2.0]


def test_results_that_do_not_fit_the_splits_are_refused() -> None:
    found = combinatorial_purged(np.arange(20), 4, 2)
    with pytest.raises(DataError, match="give one for each"):
        found.stitched([np.zeros(10)])
    with pytest.raises(DataError, match="judges 10 rows"):
        found.stitched([np.zeros(9)] * 6)


@pytest.mark.parametrize(
    ("ends", "folds", "code"),
    [
        (np.array([0, 0]), 2, "bad_order"),
        (np.array([0, 2]), 2, "bad_order"),
        (np.array([0.0, 1.0]), 2, "bad_shape"),
        (np.arange(10), 1, "bad_count"),
        (np.full(10, 9), 2, "nothing_left"),
    ],
)
def test_label_ends_and_folds_that_make_no_sense_are_refused(
    ends: np.ndarray[tuple[int], np.dtype[np.int64]], folds: int, code: str
) -> None:
    with pytest.raises(DataError) as refused:
        purged_k_fold(ends, folds)
    assert refused.value.code == code


def test_more_groups_judged_than_there_are_is_refused() -> None:
    with pytest.raises(DataError, match="1 to 3"):
        combinatorial_purged(np.arange(20), 4, 4)
    with pytest.raises(DataError, match="too many"):
        combinatorial_purged(np.arange(60), 20, 10)
