"""Nearest-rank percentiles."""

from __future__ import annotations

import pytest

from argo_core.errors import DataError
from argo_core.measures.percentiles import percentile

TEN = [100.0, 10.0, 90.0, 20.0, 80.0, 30.0, 70.0, 40.0, 60.0, 50.0]


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [
        ([], 50, None),
        ([7.0], 0, 7.0),
        ([7.0], 95, 7.0),
        ([3, 1, 2], 50, 2.0),
        ([4, 1, 3, 2], 50, 2.0),  # of two in the middle the lower
        (TEN, 0, 10.0),
        (TEN, 10, 10.0),
        (TEN, 10.1, 20.0),
        (TEN, 50, 50.0),
        (TEN, 90, 90.0),
        (TEN, 95, 100.0),
        (TEN, 100, 100.0),
        (range(1, 1001), 99.9, 999.0),
        (range(1, 751), 4.4, 33.0),  # 4.4 · 750 / 100 is a hair above 33 in binary
        (range(1, 21), 95, 19.0),
    ],
)
def test_percentiles(values: list[float], q: float, expected: float | None) -> None:
    assert percentile(values, q) == expected


@pytest.mark.parametrize(
    ("values", "q", "code"),
    [
        ([1.0], -0.1, "bad_percentile"),
        ([1.0], 100.1, "bad_percentile"),
        ([1.0], float("nan"), "bad_percentile"),
        ([1.0, float("nan")], 50, "not_finite"),
        ([float("inf")], 50, "not_finite"),
    ],
)
def test_what_has_no_rank_is_refused(values: list[float], q: float, code: str) -> None:
    with pytest.raises(DataError) as refusal:
        percentile(values, q)
    assert refusal.value.code == code
