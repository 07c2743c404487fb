"""Two pieces of a series become one, or the first bar about which they disagree is named."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.errors import DataError
from argo_core.measures.series_merge import first_difference, merged, replaced
from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.testing.sample_history import sample_history, with_close

BARS = sample_history()


def piece(first: int, last: int, bars: Bars = BARS) -> Bars:
    """Bars first to last, without the last."""
    return bars.first(last).last(last - first)


@pytest.mark.parametrize("one", [(0, 30), (10, 50), (0, 60), (59, 60)])
@pytest.mark.parametrize("other", [(20, 60), (30, 60), (0, 60)])
def test_pieces_that_agree_become_their_union(one: tuple[int, int], other: tuple[int, int]) -> None:
    union = sorted({*range(*one), *range(*other)})
    whole = merged(piece(*one), piece(*other))
    assert np.array_equal(whole.start, BARS.start[union])
    assert np.array_equal(whole.values, BARS.values[:, union])


def test_the_first_of_several_differences_is_named() -> None:
    other = with_close(with_close(BARS, 40, 100.2), 20, 100.3)
    assert f"{BARS.start[20]}Z differs in close" in str(first_difference(BARS, other))


def test_another_end_is_a_difference() -> None:
    ends = BARS.end.copy()
    ends[7] -= np.timedelta64(3, "h")
    other = Bars.of("AAPL", "1Day", BARS.start, BARS.values, ends)
    assert f"{BARS.start[7]}Z differs in its end" in str(first_difference(BARS, other))


def test_a_given_bar_that_is_not_stored_is_a_difference() -> None:
    holed = piece(0, 10).joined(piece(11, 60), 60)
    assert f"{BARS.start[10]}Z is given but not stored" in str(first_difference(holed, BARS))


def test_another_length_of_bars_is_refused() -> None:
    other = Bars.of("AAPL", "1Hour", BARS.start + np.timedelta64(1, "s"), BARS.values)
    with pytest.raises(DataError):
        merged(BARS, other)


def test_replacing_takes_the_whole_period() -> None:
    holed = piece(20, 25).joined(piece(30, 40), 60)
    assert len(replaced(BARS, holed)) == 55
    assert bars_hash(replaced(BARS, Bars.empty("AAPL"))) == bars_hash(BARS)
    assert bars_hash(replaced(piece(10, 20), BARS)) == bars_hash(BARS)
