"""The blocks of the how-to page run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "backtest-a-plain-rule.md"


def test_the_page_runs_and_prints_what_the_rule_earns() -> None:
    first, second = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    done = subprocess.run([sys.executable, "-c", first + second], capture_output=True, text=True, check=True)
    # bought at 101.5 and sold at 101, bought at 101.5 and worth 104 at the end; fees of 1.015 + 1.01 + 1.015
    equity, entries, bars = done.stdout.split(maxsplit=2)
    assert round(float(equity), 6) == 10_000 - 5 + 25 - 3.04
    assert (entries, bars.strip()) == ("2", "[2 4 7]")
