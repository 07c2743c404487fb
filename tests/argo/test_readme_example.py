"""The example of the README runs as it stands, on a frame of real prices."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import ReplayLibrary

README = Path(__file__).parents[2] / "README.md"


def test_ten_lines_give_a_consensus_with_votes_from_a_pandas_frame(tmp_path: Path) -> None:
    bars = ReplayLibrary(ExchangeCalendar("XNYS")).load(["AAPL"])["AAPL"]
    days = pd.DatetimeIndex(bars.start).tz_localize("UTC").tz_convert("America/New_York").date
    frame = pd.DataFrame(bars.values.T, index=days, columns=["open", "high", "low", "close", "volume"])
    frame.to_csv(tmp_path / "prices.csv", index_label="date")
    assert days[0] == date(2009, 2, 9)
    (block,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(block.strip().splitlines()) <= 12
    done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Consensus(symbol='AAPL'" in done.stdout
    assert "source='price_action'" in done.stdout
    assert "source='technical'" in done.stdout
