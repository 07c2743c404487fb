"""A library is checked as a whole: each finding names its series, and a changed file is an error."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from argo_core.backtest.check_library import CODES, check_library
from argo_core.errors import DataError, StoreError
from argo_core.model.bars import Bars
from argo_core.model.raw_bars import RawBars
from argo_core.model.stored_series import Adjustment, StoredSeries
from argo_core.testing.memory_library import MemoryLibrary
from argo_core.testing.sample_history import sample_history, sample_import

BARS = sample_history()


class ForgedLibrary(MemoryLibrary):
    """One whose stored rows were changed behind its back."""

    def load(self, series: StoredSeries) -> Bars:
        raise StoreError(f"{series.key} is not what was stored")

    def raw(self, series: StoredSeries) -> RawBars:
        values = BARS.values.copy()
        values[3, 5] = -1.0
        return RawBars(BARS.symbol, BARS.timeframe, BARS.start, BARS.end, values)


def scaled(factor: float, from_row: int = 0) -> Bars:
    """Prices times a factor from a row on."""
    values = BARS.values.copy()
    values[:4, from_row:] *= factor
    return Bars.of("AAPL", "1Day", BARS.start, values, BARS.end)


def test_sound_bars_pass() -> None:
    library = MemoryLibrary()
    library.store([sample_import(BARS), sample_import(sample_history("MSFT"))])
    found = check_library(library, lambda series: None)
    assert (found.checked, found.errors, found.findings) == (2, 0, ())


def test_a_changed_file_is_an_error_and_its_rows_are_named() -> None:
    library = ForgedLibrary()
    library.store([sample_import(BARS)])
    found = check_library(library, lambda series: None)
    assert [each.code for each in found.findings] == ["hash_mismatch", "bad_price", "bad_range"]
    assert found.errors == 3
    assert {each.series for each in found.findings} == {"AAPL 1Day raw"}


def test_findings_can_be_left_out_by_code_and_series_by_symbol() -> None:
    library = MemoryLibrary()
    library.store([sample_import(scaled(0.5, 30), adjustment=Adjustment.SPLIT), sample_import(sample_history("MSFT"))])
    assert [each.code for each in check_library(library, lambda series: None).findings] == ["split"]
    assert check_library(library, lambda series: None, ignored=["split"]).errors == 0
    assert check_library(library, lambda series: None, symbols=["MSFT"]).errors == 0


def test_dividends_show_between_a_symbols_series() -> None:
    library = MemoryLibrary()
    total = scaled(0.99)
    values = total.values.copy()
    values[:4, 30:] = BARS.values[:4, 30:]
    total = Bars.of("AAPL", "1Day", BARS.start, values, BARS.end)
    library.store([
        sample_import(BARS, adjustment=Adjustment.SPLIT), sample_import(total, adjustment=Adjustment.TOTAL)
    ])  # fmt: skip
    (found,) = check_library(library, lambda series: None).findings
    assert (found.code, found.series) == ("dividend", "AAPL 1Day total")
    assert found.amount == pytest.approx(float(BARS.close[29]) * 0.01)
    assert np.isfinite(found.amount or np.nan)


def test_nothing_stored_is_nothing_checked() -> None:
    with pytest.raises(DataError, match="no bars of anything are stored"):
        check_library(MemoryLibrary(), lambda series: None)
    library = MemoryLibrary()
    library.store([sample_import(BARS)])
    with pytest.raises(DataError, match="no bars of MSFT, TSLA are stored"):
        check_library(library, lambda series: None, symbols=["TSLA", "AAPL", "MSFT"])


def test_a_code_that_no_finding_has_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(DataError, match="no finding is called 'nonsense': ignore some of adjusted_end, bad_end, "):
        check_library(MemoryLibrary(), lambda series: None, ignored=["nonsense"])


def test_every_code_that_a_check_can_tell_is_known() -> None:
    folder = Path(inspect.getfile(check_library)).parents[1]
    names = ("adjustment_faults", "calendar_faults", "row_faults", "small_splits")
    sources = [folder / "backtest" / "check_library.py", *(folder / "measures" / f"{name}.py" for name in names)]
    pattern = r'code="(\w+)"(?: if \w+ else "(\w+)")?|^    "(\w+)": "'
    told = {name for file in sources for found in re.findall(pattern, file.read_text(), re.M) for name in found if name}
    assert told == set(CODES)
