"""How long a sender waits."""

from __future__ import annotations

import pytest

from argo_core.model.backoff import Backoff

BACKOFF = Backoff(first_seconds=0.25, longest_seconds=30.0)


@pytest.mark.parametrize(
    ("failures", "chance", "expected"),
    [(1, 0.0, 0.125), (1, 0.5, 0.1875), (2, 0.0, 0.25), (5, 0.0, 2.0), (8, 0.0, 15.0), (10_000, 0.0, 15.0)],
)
def test_waits_double_up_to_the_longest_and_chance_spreads_them(failures: int, chance: float, expected: float) -> None:
    assert BACKOFF.wait_seconds(failures, chance) == expected


def test_a_receivers_wish_is_respected_up_to_the_longest_wait() -> None:
    assert BACKOFF.wait_seconds(1, 0.0, asked=7.0) == 7.0
    assert BACKOFF.wait_seconds(1, 0.0, asked=86_400.0) == 30.0
