"""A report as files: a page that needs nothing else, a workbook and tables that hold the same numbers."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import numpy as np
import openpyxl
import pytest

from argo_core.adapters.report_files import html_page, read_json, write_csv, write_html, write_json, write_xlsx
from argo_core.backtest.report import Report, Tried, build_report
from argo_core.errors import ConfigError
from tests.argo.backtest.report_runs import TERMS, ran

LOADED = re.compile(r"""<(?:script|img|iframe|link|source)\b[^>]*\b(?:src|href)\s*=\s*["'](?!data:)""")
FORMULA = "=HYPERLINK(0)"


@pytest.fixture(scope="module")
def report() -> Report:
    """With the trials of a search, so that the page has all its plots."""
    one = ran()
    points = [{"fast": 5 * (1 + place % 4), "slow": 50 * (1 + place // 4)} for place in range(12)]
    returns = np.random.default_rng(8).normal(0.0, 0.01, (len(one.report.days), 12))
    tried = Tried("sharpe", points, list(np.linspace(-1, 1, 12)), 40, returns)
    return build_report(one.backtest, one.found.strategy, one.found.profit, one.contenders, TERMS, tried)


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return html_page(report)


class Outline(HTMLParser):
    """Tags by name, and the text of captions."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]


def without_scripts(page: str) -> str:
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_the_page_loads_nothing_from_anywhere(page: str) -> None:
    text = without_scripts(page)
    assert LOADED.findall(text) == []
    assert "url(" not in text
    assert "@import" not in text
    assert re.findall(r"<script[^>]+src", page) == []
    assert page.count("plotly.js v") == 1


def test_every_plot_is_there_described_and_followed_by_a_table(page: str) -> None:
    outline = Outline()
    outline.feed(without_scripts(page))
    drawn = {each.removesuffix("-plot") for each in outline.ids if each.endswith("-plot")}
    assert drawn == {"equity", "drawdown", "trades", "reliability", "sensitivity", "logits"}
    assert page.count('<figure class="plot" role="img" aria-label="') == 6
    assert outline.tags.count("caption") == outline.tags.count("table") >= 9
    assert len(set(outline.ids)) == len(outline.ids)


def test_the_page_says_verdict_assumptions_and_content_of_the_bars(page: str, report: Report) -> None:
    for text in (report.verdict.sentence, *report.assumptions, *(each.sha256 for each in report.data)):
        assert text.replace("'", "&#x27;") in page


def test_a_title_is_text_and_never_markup(report: Report) -> None:
    page = html_page(msgspec.structs.replace(report, title="<script>alert(1)</script>"))
    assert "<script>alert(1)" not in page
    assert "<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>" in page


def test_a_report_without_trades_is_a_page_too(report: Report) -> None:
    bare = msgspec.structs.replace(report, trades=(), prices=(), reliability=(), hits=(), sensitivity=None)
    assert "No trade was finished." in html_page(bare)


def test_the_workbook_holds_the_same_numbers(report: Report, tmp_path: Path) -> None:
    write_xlsx(report, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["headline", "equity", "trades", "monthly", "decisions"]
    headline = {row[2]: row[4] for row in book["headline"].iter_rows(values_only=True, min_row=2, max_row=21)}
    # A workbook keeps sixteen digits.
    assert headline == pytest.approx({figure.key: figure.value for figure in report.figures}, rel=1e-15)
    equity = [row[1] for row in book["equity"].iter_rows(values_only=True, min_row=2)]
    assert equity == pytest.approx(list(report.curves[0].equity), rel=1e-15)
    trades = list(book["trades"].iter_rows(values_only=True, min_row=2))
    assert [row[9] for row in trades] == pytest.approx([trade.result for trade in report.trades])
    assert trades[0][5] == report.trades[0].opened_at.replace(tzinfo=None)
    months = [row[2] for row in book["monthly"].iter_rows(values_only=True, min_row=2)]
    assert months == pytest.approx([month.return_pct for month in report.months], rel=1e-15)
    counts = [row[2] for row in book["decisions"].iter_rows(values_only=True, min_row=2)]
    assert counts == [each.count for each in report.decisions]


def test_text_that_begins_like_a_formula_stays_text(report: Report, tmp_path: Path) -> None:
    sly = msgspec.structs.replace(report, trades=(msgspec.structs.replace(report.trades[0], exit=FORMULA),))
    write_xlsx(sly, tmp_path / "r.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "r.xlsx")["trades"].cell(2, 8)
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    _, _, trades = write_csv(sly, tmp_path)
    assert list(csv.reader(io.StringIO(trades.read_text())))[1][7] == f"'{FORMULA}"


def test_the_tables_hold_the_same_numbers_to_the_last_digit(report: Report, tmp_path: Path) -> None:
    headline, equity, trades = write_csv(report, tmp_path / "tables")
    assert [file.name for file in (headline, equity, trades)] == ["headline.csv", "equity.csv", "trades.csv"]
    rows = list(csv.DictReader(io.StringIO(equity.read_text())))
    assert [float(row["Strategy: equity"]) for row in rows] == list(report.curves[0].equity)
    assert [row["day"] for row in rows] == [day.isoformat() for day in report.days]
    sold = list(csv.DictReader(io.StringIO(trades.read_text())))
    assert [float(row["result"]) for row in sold] == [trade.result for trade in report.trades]
    assert sold[0]["closed_at"] == report.trades[0].closed_at.isoformat()
    figures = [row for row in csv.DictReader(io.StringIO(headline.read_text())) if row["of"] == "Strategy"]
    assert [float(row["low"]) for row in figures] == [figure.low for figure in report.figures]


def test_json_read_back_is_the_report(report: Report, tmp_path: Path) -> None:
    write_json(report, tmp_path / "deep" / "r.json")
    assert read_json(tmp_path / "deep" / "r.json") == report


def test_a_place_that_cannot_be_written_is_one_line_and_leaves_nothing(report: Report, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(ConfigError, match=r"^.*r\.html cannot be written: .*: name another place$"):
        write_html(report, tmp_path / "taken" / "r.html")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(("call", "missing"), [("graphs", "plotly"), ("workbooks", "openpyxl")])
def test_a_missing_extra_is_named_in_one_line(call: str, missing: str) -> None:
    program = (
        f"import sys; sys.modules['{missing}'] = None\n"  # as though it were not installed
        "from argo_core.adapters import report_files\nfrom argo_core.errors import ConfigError\n"
        f"try:\n    report_files.{call}()\nexcept ConfigError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=50)
    assert done.stdout.endswith("needs the extra lab: pip install 'argo-core[lab]'\n")
    assert done.stdout.count("\n") == 1
