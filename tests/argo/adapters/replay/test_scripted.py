"""A script over recorded bars: what it changes is what it says, and nothing before it or beside it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from argo_core.adapters.replay.scripted import Script, ScriptedDay, read_script, scripted
from argo_core.errors import ConfigError
from argo_core.model.bars import Bars

DAILY = [f"2019-02-{day:02}T05:00" for day in (11, 12, 13, 14, 15)]
HALVES = ["2019-02-12T23:30", "2019-02-13T00:00", "2019-02-13T00:30", "2019-02-14T00:00"]


def bars(symbol: str, starts: list[str], timeframe: str = "1Day") -> Bars:
    """Each opens at 100, goes from 98 to 103 and closes at 101."""
    values = np.tile(np.array([[100.0], [103.0], [98.0], [101.0], [7.0]]), (1, len(starts)))
    return Bars.of(symbol, timeframe, np.array(starts, dtype="datetime64[us]"), values)


HISTORY = {"AAPL": bars("AAPL", DAILY), "BTC-USD": bars("BTC-USD", HALVES, "30Min"), "SPY": bars("SPY", DAILY)}


def script(**days: tuple[ScriptedDay, ...]) -> Script:
    return Script(
        name="crash", begins=date(2019, 2, 13), days={name.replace("_", "-"): some for name, some in days.items()}
    )


def test_a_gap_comes_before_the_open_a_drift_by_the_close_and_both_stay() -> None:
    fallen = scripted(HISTORY, script(AAPL=(ScriptedDay(gap_pct=-10.0, drift_pct=-20.0),)))["AAPL"]
    assert fallen.open.tolist() == pytest.approx([100.0, 100.0, 90.0, 72.0, 72.0])
    assert fallen.close.tolist() == pytest.approx([101.0, 101.0, 72.72, 72.72, 72.72])
    # The reach beyond open and close stays the same share: 103/101 and 98/100.
    assert fallen.high.tolist() == pytest.approx([103.0, 103.0, 91.782178, 74.16, 74.16])
    assert fallen.low.tolist() == pytest.approx([98.0, 98.0, 71.2656, 70.56, 70.56])
    assert fallen.volume.tolist() == [7.0] * 5


def test_the_drift_of_a_day_of_many_bars_is_spread_over_them() -> None:
    fallen = scripted(HISTORY, script(BTC_USD=(ScriptedDay(gap_pct=-10.0, drift_pct=-10.0),)))["BTC-USD"]
    assert fallen.open.tolist() == pytest.approx([100.0, 90.0, 85.5, 81.0])
    assert fallen.close.tolist() == pytest.approx([101.0, 86.355, 81.81, 81.81])


def test_days_are_those_on_which_the_symbol_has_bars() -> None:
    two = (ScriptedDay(gap_pct=-50.0), ScriptedDay(gap_pct=100.0 - 5.0))
    fallen = scripted(HISTORY, script(AAPL=two))["AAPL"]
    assert fallen.open.tolist() == pytest.approx([100.0, 100.0, 50.0, 97.5, 97.5])


def test_what_the_script_does_not_name_is_the_same_to_the_last_bit() -> None:
    fallen = scripted(HISTORY, script(AAPL=(ScriptedDay(gap_pct=-10.0),)))
    assert fallen["SPY"] is HISTORY["SPY"]
    assert fallen["AAPL"].values[:, :2].tobytes() == HISTORY["AAPL"].values[:, :2].tobytes()
    assert (fallen["AAPL"].start == HISTORY["AAPL"].start).all()
    assert (fallen["AAPL"].end == HISTORY["AAPL"].end).all()


def test_a_symbol_that_is_not_recorded_is_refused() -> None:
    with pytest.raises(ConfigError, match="not recorded: TSLA"):
        scripted(HISTORY, script(TSLA=(ScriptedDay(),)))


def test_a_script_that_is_longer_than_the_record_is_refused() -> None:
    with pytest.raises(ConfigError, match="AAPL has bars on 3 days"):
        scripted(HISTORY, script(AAPL=(ScriptedDay(gap_pct=-1.0),) * 4))


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{}", b'{"name": "x", "begins": "soon", "days": {}}',
        b'{"name": "x", "begins": "2019-02-13", "days": {"SPY": [{"gap": -3}]}}',
        b'{"name": "x", "begins": "2019-02-13", "days": {"SPY": [{"gap_pct": -95}]}}',
    ],
)  # fmt: skip
def test_a_script_that_cannot_be_read_is_one_line(text: bytes) -> None:
    with pytest.raises(ConfigError, match="the script of a scenario cannot be read") as refused:
        read_script(text)
    assert "\n" not in str(refused.value)


def test_a_script_is_read_as_it_is_written() -> None:
    text = b'{"name": "dip", "begins": "2019-02-13", "days": {"SPY": [{"gap_pct": -3}, {"drift_pct": 1.5}]}}'
    assert read_script(text) == Script(
        name="dip", begins=date(2019, 2, 13), days={"SPY": (ScriptedDay(gap_pct=-3.0), ScriptedDay(drift_pct=1.5))}
    )
