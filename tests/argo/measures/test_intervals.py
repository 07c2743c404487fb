"""Wilson's interval against published and hand-made values."""

from __future__ import annotations

import pytest

from argo_core.errors import DataError
from argo_core.measures.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "n", "confidence", "low", "high"),
    [
        (0, 0, 0.95, 0.0, 1.0),
        (0, 10, 0.95, 0.0, 0.277532799862889),
        (10, 10, 0.95, 0.722467200137111, 1.0),
        (81, 263, 0.95, 0.255289, 0.366209),  # Newcombe 1998, table I: 0.2553 to 0.3662
        (15, 148, 0.95, 0.062386, 0.160533),  # Newcombe 1998, table I: 0.0624 to 0.1605
        (0, 20, 0.95, 0.0, 0.161125),  # Newcombe 1998, table I: 0 to 0.1611
        (1, 29, 0.95, 0.006113, 0.171755),  # Newcombe 1998, table I: 0.0061 to 0.1718
        (50, 100, 0.99, 0.375279, 0.624721),
    ],
)
def test_intervals(successes: int, n: int, confidence: float, low: float, high: float) -> None:
    assert wilson(successes, n, confidence) == pytest.approx((low, high), abs=5e-7)


def test_the_bounds_of_none_and_of_all_are_exact() -> None:
    assert [wilson(0, n)[0] for n in range(1, 200)] == [0.0] * 199
    assert [wilson(n, n)[1] for n in range(1, 200)] == [1.0] * 199


@pytest.mark.parametrize(
    ("successes", "n", "confidence", "code"),
    [
        (-1, 5, 0.95, "bad_count"),
        (6, 5, 0.95, "bad_count"),
        (1, 0, 0.95, "bad_count"),
        (1, 5, 0.0, "bad_confidence"),
        (1, 5, 1.0, "bad_confidence"),
        (1, 5, float("nan"), "bad_confidence"),
    ],
)
def test_impossible_counts_and_confidences_are_refused(successes: int, n: int, confidence: float, code: str) -> None:
    with pytest.raises(DataError) as refusal:
        wilson(successes, n, confidence)
    assert refusal.value.code == code
