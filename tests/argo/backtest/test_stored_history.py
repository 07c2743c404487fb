"""Which stored series a backtest goes over: what is missing is named, an earlier version stays what it was."""

from __future__ import annotations

import pytest

from argo_core.backtest.stored_history import newest_series, pinned_series
from argo_core.errors import DataError
from argo_core.model.stored_series import Adjustment
from argo_core.testing.memory_library import MemoryLibrary
from argo_core.testing.sample_history import sample_history, sample_import, with_close

SPLIT = Adjustment.SPLIT


@pytest.fixture
def library() -> MemoryLibrary:
    filled = MemoryLibrary()
    filled.store([sample_import(sample_history(), adjustment=SPLIT)])
    return filled


def test_the_version_in_force_is_meant_and_the_version_of_an_earlier_answer_stays(library: MemoryLibrary) -> None:
    (first,) = newest_series(library, ["AAPL"], "1Day", SPLIT)
    library.store([sample_import(with_close(sample_history(), 5, 101.0), adjustment=SPLIT)], replace=True)
    (second,) = newest_series(library, ["AAPL"], "1Day", SPLIT)
    assert second.content_hash != first.content_hash
    assert pinned_series(library, {"AAPL": first.content_hash}, "1Day", SPLIT) == (first,)
    assert pinned_series(library, {"AAPL": second.content_hash}, "1Day", SPLIT) == (second,)


def test_without_names_all_of_the_timeframe_and_adjustment_are_meant(library: MemoryLibrary) -> None:
    assert [each.key.symbol for each in newest_series(library, None, "1Day", SPLIT)] == ["AAPL"]


@pytest.mark.parametrize(
    ("symbols", "timeframe", "adjustment", "words"),
    [
        (["AAPL", "GOOG"], "1Day", SPLIT, "GOOG 1Day split is not stored: see argo data list"),
        (["AAPL"], "30Min", SPLIT, "AAPL 30Min split is not stored"),
        (None, "1Day", Adjustment.TOTAL, "no series 1Day total is stored"),
    ],
)
def test_what_is_not_stored_is_named(
    library: MemoryLibrary, symbols: list[str] | None, timeframe: str, adjustment: Adjustment, words: str
) -> None:
    with pytest.raises(DataError, match=words) as refused:
        newest_series(library, symbols, timeframe, adjustment)
    assert refused.value.code == "not_stored"


def test_a_version_that_another_library_had_is_refused(library: MemoryLibrary) -> None:
    with pytest.raises(DataError, match="AAPL 1Day split with content 00000000"):
        pinned_series(library, {"AAPL": "0" * 64}, "1Day", SPLIT)
