"""Wilson's interval against published and hand-made values."""

from __future__ import annotations

import pytest

from argo_core.errors import DataError
from argo_core.measures.intervals import wilson


@pytest.mark.parametrize(
    ("successes", "n", "confidence", "low", "high"),
    [
        (0, 0, 0.95, 0.0, 1.0),
        (0, 10, 0.95, 0.0, 0.2775328),  # z² / (n + z²)
        (10, 10, 0.95, 0.7224672, 1.0),
        (50, 100, 0.99, 0.3752796, 0.6247204),  # 1/2 ± z / (2 √(n + z²))
    ],
)
def test_intervals(successes: int, n: int, confidence: float, low: float, high: float) -> None:
    assert wilson(successes, n, confidence) == pytest.approx((low, high), abs=5e-8)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_intervals(successes: int, n: int, low: float, high: float) -> None:
    """Newcombe 1998, table I, method 3."""
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


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
