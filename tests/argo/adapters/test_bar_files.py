"""Files of bars: what they say is read to the last digit, what they leave open is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from argo_core.adapters.bar_files import FileTerms, read_bar_file
from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray
from argo_core.model.sessions import Sessions
from argo_core.model.stored_series import Adjustment, BarImport
from argo_core.model.timeframe import Timeframe

HEAD = "Date,Open,High,Low,Close,Volume\n"
ROWS = "2020-03-05,10,11,9,10.1,100\n2020-03-06,10.1,11,9,10.2,100\n2020-03-09,10.2,11,9,10.3,100\n"


def new_york_sessions(starts: InstantArray) -> Sessions:
    """Three days around the change of the clocks on 8 March 2020."""
    closes: InstantArray = np.array(["2020-03-05T21:00", "2020-03-06T21:00", "2020-03-09T20:00"], "M8[us]")
    return Sessions("XNYS", closes - np.timedelta64(390, "m"), closes)


def read(path: Path, text: str, **terms: Any) -> list[BarImport]:
    """What is made of this text."""
    path.write_text(text)
    given = {"timeframe": "1Day", "symbol": "AAPL", **terms}
    given["timeframe"] = Timeframe.parse(given["timeframe"])
    return read_bar_file(path, FileTerms(adjustment=Adjustment.RAW, **given), new_york_sessions)


def only(found: list[BarImport]) -> Bars:
    """The one series."""
    (each,) = found
    return each.bars


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bars.csv"


def test_a_date_is_a_session_of_new_york(file: Path) -> None:
    (found,) = read(file, HEAD + ROWS)
    assert (found.source, found.time_zone, str(found.key)) == ("csv", "America/New_York", "AAPL 1Day raw")
    assert [str(start) for start in found.bars.start.astype("M8[m]")] == [
        "2020-03-05T05:00", "2020-03-06T05:00", "2020-03-09T04:00"
    ]  # fmt: skip
    assert [str(end) for end in found.bars.end.astype("M8[m]")] == [
        "2020-03-05T21:00", "2020-03-06T21:00", "2020-03-09T20:00"
    ]  # fmt: skip
    assert found.bars.close.tolist() == [10.1, 10.2, 10.3]


def test_a_coins_day_is_one_of_utc(file: Path) -> None:
    bars = only(read(file, HEAD + ROWS, symbol="BTC-USD"))
    assert str(bars.start[2]) == "2020-03-09T00:00:00.000000"
    assert str(bars.end[2]) == "2020-03-10T00:00:00.000000"


def test_a_column_of_symbols_makes_a_series_of_each(file: Path) -> None:
    text = "ticker,date,o,h,l,c,v\nMSFT,2020-03-05,10,11,9,10,1\nAAPL,2020-03-05,20,21,19,20,1\n"
    assert [(each.bars.symbol, each.bars.close[0]) for each in read(file, text, symbol=None)] == [
        ("AAPL", 20.0), ("MSFT", 10.0)
    ]  # fmt: skip
    assert [each.bars.symbol for each in read(file, text, symbol="MSFT")] == ["MSFT"]


@pytest.mark.parametrize(
    ("label", "terms"),
    [
        ("2020-03-09T13:30:00Z", {}),
        ("2020-03-09 09:30:00-04:00", {}),
        ("2020-03-09 09:30:00", {"time_zone": "America/New_York"}),
        ("2020-03-09 14:30", {"time_zone": "Europe/Berlin"}),
        ("03/09/2020 09:30", {"time_zone": "America/New_York", "time_format": "%m/%d/%Y %H:%M"}),
        ("1583760600", {}),
        ("1583760600000", {}),
        ("1583760600000000", {}),
        ("1583760600000000000", {}),
    ],
)
def test_times_that_say_what_they_mean_are_read(file: Path, label: str, terms: dict[str, str]) -> None:
    bars = only(read(file, f"time,open,high,low,close,volume\n{label},10,11,9,10,1\n", timeframe="1Min", **terms))
    assert (str(bars.start[0]), str(bars.end[0])[:16]) == ("2020-03-09T13:30:00.000000", "2020-03-09T13:31")


@pytest.mark.parametrize(
    ("label", "terms", "code"),
    [
        ("2020-03-09 09:30:00", {}, "ambiguous_time"),
        ("2020-03-09", {}, "ambiguous_time"),
        ("03/09/2020 09:30", {"time_zone": "America/New_York"}, "ambiguous_time"),
        ("2020-03-08 02:30:00", {"time_zone": "America/New_York"}, "ambiguous_time"),
        ("2020-11-01 01:30:00", {"time_zone": "America/New_York"}, "ambiguous_time"),
        ("2020-03-09 09:30:00", {"time_zone": "New York"}, "bad_time_zone"),
        ("2020-02-30 09:30:00", {"time_zone": "UTC"}, "bad_time"),
        ("2020-03-09 09:30", {"time_zone": "UTC", "time_format": "%m/%d/%Y"}, "bad_time"),
        ("43899", {}, "bad_time"),
        ("noon", {}, "ambiguous_time"),
    ],
)
def test_times_that_do_not_are_refused(file: Path, label: str, terms: dict[str, str], code: str) -> None:
    with pytest.raises(DataError) as error:
        read(file, f"time,open,high,low,close,volume\n{label},10,11,9,10,1\n", timeframe="1Min", **terms)
    assert (error.value.code, "\n" in str(error.value)) == (code, False)


def test_two_columns_that_may_be_the_close_are_asked_about(file: Path) -> None:
    text = "Date,Open,High,Low,Close,Adj Close,Volume\n2020-03-05,10,11,9,10,9.5,1\n"
    with pytest.raises(DataError, match="both Close and Adj Close may be the close: say which with --columns") as error:
        read(file, text)
    assert error.value.code == "ambiguous_columns"
    assert only(read(file, text, columns={"close": "Adj Close"})).close[0] == 9.5


@pytest.mark.parametrize("columns", [{"shut": "Close"}, {"close": "LAST"}])
def test_columns_that_are_not_there_are_named(file: Path, columns: dict[str, str]) -> None:
    with pytest.raises(DataError) as error:
        read(file, HEAD + ROWS, columns=columns)
    assert error.value.code == "ambiguous_columns"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (ROWS + ROWS.splitlines()[2] + "\n", "2020-03-09 04:00Z: the same bar is there more than once"),
        ("2020-03-06,10,11,9,10,1\n2020-03-05,10,11,9,10,1\n", "2020-03-05 05:00Z: the bar lies behind a later one"),
        ("2020-03-05,10,11,9,,1\n", "2020-03-05 05:00Z: a price or the volume is missing"),
        ("2020-03-05,10,11,0,10,1\n", "2020-03-05 05:00Z: a price is zero or negative"),
        ("2020-03-05,10,9,11,10,1\n", "2020-03-05 05:00Z: low to high does not hold open and close"),
        ("2020-03-05,10,11,9,ten,1\n", "a price or volume is no number"),
    ],
)
def test_a_row_that_is_no_bar_is_refused_by_its_time(file: Path, rows: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as error:
        read(file, HEAD + rows)
    assert error.value.code == "bad_rows"


def test_a_file_without_a_symbol_is_asked_for_one(file: Path) -> None:
    with pytest.raises(DataError) as error:
        read(file, HEAD + ROWS, symbol=None)
    assert error.value.code == "no_symbol"


@pytest.mark.parametrize(("name", "content"), [("bars.txt", b"x"), ("bars.csv", b""), ("bars.parquet", b"PAR1")])
def test_what_is_no_file_of_bars_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, tmp_path / "gone.csv"):
        with pytest.raises(DataError) as error:
            read_bar_file(path, FileTerms(Timeframe.parse("1Day"), Adjustment.RAW, "AAPL"), new_york_sessions)
        assert (error.value.code, "\n" in str(error.value)) == ("unreadable", False)


def test_a_parquet_file_with_typed_times_is_read(tmp_path: Path) -> None:
    index = pd.DatetimeIndex(["2020-03-06 09:30", "2020-03-09 09:30"], tz="America/New_York", name="when")
    frame = pd.DataFrame({name: [10.0, 10.0] for name in ("open", "high", "low", "close", "volume")}, index=index)
    frame.to_parquet(tmp_path / "bars.parquet")
    terms = FileTerms(Timeframe.parse("1Min"), Adjustment.RAW, "AAPL", columns={"time": "when"})
    bars = only(read_bar_file(tmp_path / "bars.parquet", terms, new_york_sessions))
    assert [str(start)[:16] for start in bars.start] == ["2020-03-06T14:30", "2020-03-09T13:30"]
