"""The Python blocks of the how-to page run as they stand, one after the other."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "backtest.md"


def test_the_page_runs_and_prints_and_writes_what_it_says(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 3
    done = subprocess.run(
        [sys.executable, "-c", "".join(blocks)], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    first, title, *others = done.stdout.splitlines()
    assert first.startswith("7.64") and "HitRate(count=14, hits=14" in first and "'position_size': 33" in first
    assert (title, others[0]) == ("Mine", "2020-01-02 to 2021-01-01, 366 days, 1 symbols: my bars")
    assert any(line.startswith("Return, %") and "5.18 to 9.98" in line for line in others)
    assert re.search(r"\(366 days, 12 tried in all\): .*probability of overfitting 0\.\d\d", others[-1])
    single, search = ((tmp_path / name).read_text(encoding="utf-8") for name in ("report.html", "search.html"))
    plots = ("equity", "drawdown", "trades", "reliability", "sensitivity", "logits")
    assert [f'id="{plot}-plot"' in single for plot in plots] == [True, True, True, True, False, False]
    assert all(f'id="{plot}-plot"' in search for plot in plots)
