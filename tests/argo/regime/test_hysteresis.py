"""A regime must hold for three bars before it is adopted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.model.regime import Regime
from argo_core.regime.hysteresis import RegimeState, adopt, adopt_history

U, B, R, C = Regime.UNKNOWN, Regime.BULL, Regime.BEAR, Regime.CHOP


@pytest.mark.parametrize(
    ("suggested", "adopted"),
    [
        ([B, B, B, B], [U, U, B, B]),
        ([B, B, C, B, B, B], [U, U, U, U, U, B]),
        ([B, B, B, C, C, B, C, C, C], [U, U, B, B, B, B, B, B, C]),
        ([B, R, C, B, R, C], [U, U, U, U, U, U]),
    ],
)
def test_adoption(suggested: list[int], adopted: list[int]) -> None:
    assert adopt_history(np.array([suggested], dtype=np.int8), 3)[0][0].tolist() == adopted


def test_one_bar_of_confirmation_adopts_at_once() -> None:
    assert adopt_history(np.array([[B, R, C]], dtype=np.int8), 1)[0][0].tolist() == [B, R, C]


@given(st.lists(st.lists(st.integers(0, 4), min_size=12, max_size=12), min_size=1, max_size=4), st.integers(1, 4))
def test_symbols_do_not_touch_each_other(history: list[list[int]], confirm: int) -> None:
    together, _ = adopt_history(np.array(history, dtype=np.int8), confirm)
    for row, alone in enumerate(history):
        assert adopt_history(np.array([alone], dtype=np.int8), confirm)[0][0].tolist() == together[row].tolist()


def test_a_bar_of_one_symbol_leaves_the_others_as_they_were() -> None:
    state = adopt(RegimeState.blank(2), np.array([1]), np.array([B], dtype=np.int8), 1)
    assert state.adopted.tolist() == [U, B]
    assert state.streak.tolist() == [0, 1]
