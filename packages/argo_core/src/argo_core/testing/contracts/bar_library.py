"""What every BarLibrary promises."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.stored_series import Adjustment
from argo_core.ports.bar_library import BarLibrary
from argo_core.testing.sample_history import sample_history, sample_import, with_close


def stored_bars(library: BarLibrary, symbol: str = "AAPL") -> Bars:
    """The bars in force of the one series of a symbol."""
    (found,) = [versions for versions in library.series() if versions.key.symbol == symbol]
    return library.load(found.newest)


class BarLibraryContract:
    """Subclass it, and give a fixture `library` that is empty."""

    def test_an_empty_library_has_nothing(self, library: BarLibrary) -> None:
        assert library.series() == ()

    def test_what_was_stored_is_read_to_the_last_digit(self, library: BarLibrary) -> None:
        bars = sample_history()
        (done,) = library.store([sample_import(bars)])
        read = stored_bars(library)
        assert (done.rows_before, done.changed, done.series.rows) == (0, True, 60)
        assert done.series.content_hash == bars_hash(bars)
        assert np.array_equal(read.values, bars.values)
        assert np.array_equal(read.start, bars.start)
        assert np.array_equal(read.end, bars.end)

    def test_a_second_import_of_the_same_changes_nothing(self, library: BarLibrary) -> None:
        library.store([sample_import(sample_history())])
        before = library.series()
        (whole,) = library.store([sample_import(sample_history())])
        (part,) = library.store([sample_import(sample_history().first(7))])
        assert (whole.changed, part.changed) == (False, False)
        assert library.series() == before

    def test_later_and_earlier_bars_join_the_series(self, library: BarLibrary) -> None:
        bars = sample_history()
        for piece in (bars.first(40).last(20), bars.last(25), bars.first(21)):
            library.store([sample_import(piece)])
        assert bars_hash(stored_bars(library)) == bars_hash(bars)

    @pytest.mark.parametrize("row", [0, 30, 59])
    def test_an_overlap_that_differs_is_refused_and_its_first_bar_named(self, library: BarLibrary, row: int) -> None:
        bars = sample_history()
        library.store([sample_import(bars)])
        other = with_close(bars, row, 100.25)
        with pytest.raises(DataError, match=f"{bars.start[row]}Z differs in close: stored .*, given 100.25") as error:
            library.store([sample_import(other)])
        assert error.value.code == "bars_differ"
        assert bars_hash(stored_bars(library)) == bars_hash(bars)

    def test_a_bar_that_only_one_of_both_has_is_a_difference(self, library: BarLibrary) -> None:
        bars = sample_history()
        holed = bars.first(10).joined(bars.last(40), 60)
        library.store([sample_import(bars)])
        with pytest.raises(DataError, match=f"{bars.start[10]}Z is stored but not among the given ones"):
            library.store([sample_import(holed)])

    def test_replacing_keeps_the_old_version_readable(self, library: BarLibrary) -> None:
        bars = sample_history()
        other = with_close(bars, 30, 100.25)
        library.store([sample_import(bars)])
        (done,) = library.store([sample_import(other.first(40))], replace=True)
        old, new = library.series()[0].versions
        assert done.changed
        assert bars_hash(library.load(old)) == bars_hash(bars)
        assert bars_hash(library.load(new)) == bars_hash(other)

    def test_another_source_does_not_continue_a_series(self, library: BarLibrary) -> None:
        bars = sample_history()
        library.store([sample_import(bars.first(30))])
        with pytest.raises(DataError, match="is stored from csv") as error:
            library.store([sample_import(bars.last(30), source="yfinance")])
        assert error.value.code == "other_origin"
        library.store([sample_import(bars.last(30), source="yfinance")], replace=True)
        assert bars_hash(stored_bars(library)) == bars_hash(bars.last(30))

    def test_raw_and_adjusted_are_series_of_their_own(self, library: BarLibrary) -> None:
        library.store([sample_import(sample_history())])
        library.store([sample_import(sample_history(close=50.0), adjustment=Adjustment.TOTAL)])
        assert [str(versions.key) for versions in library.series()] == ["AAPL 1Day raw", "AAPL 1Day total"]

    def test_one_refused_series_leaves_all_of_an_import_out(self, library: BarLibrary) -> None:
        bars = sample_history()
        library.store([sample_import(bars)])
        before = library.series()
        fresh = sample_history("MSFT")
        with pytest.raises(DataError):
            library.store([sample_import(fresh), sample_import(with_close(bars, 3, 100.25))])
        assert library.series() == before

    @pytest.mark.parametrize(
        ("pieces", "code"), [([], "no_bars"), ([(0, 0)], "no_bars"), ([(0, 5), (5, 9)], "series_twice")]
    )
    def test_an_import_of_nothing_or_of_one_series_twice_is_refused(
        self, library: BarLibrary, pieces: list[tuple[int, int]], code: str
    ) -> None:
        bars = sample_history()
        with pytest.raises(DataError) as error:
            library.store([sample_import(bars.first(last).last(last - first)) for first, last in pieces])
        assert error.value.code == code
