"""Each form of a report says the same: text, page with plots, table, workbook."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import openpyxl
import pytest

from argo_core.adapters.report_files.performance_charts import equity_of, outcomes_chart, results_chart, symbols_chart
from argo_core.adapters.report_files.performance_forms import performance_forms
from argo_core.model.performance import ReportKind
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.adapters.report_files.performance_sample import sample_report


@pytest.fixture(scope="module")
def forms() -> dict[str, bytes]:
    return performance_forms(sample_report(origin="Prices are <replayed>."))


def test_there_are_four_forms(forms: dict[str, bytes]) -> None:
    assert sorted(forms) == ["csv", "html", "txt", "xlsx"]


def test_the_table_has_each_figure_with_its_interval(forms: dict[str, bytes]) -> None:
    rows = list(csv.DictReader(io.StringIO(forms["csv"].decode())))
    told = {(row["section"], row["key"]): (row["value"], row["low"]) for row in rows}
    assert told["WEEKLY PERFORMANCE SUMMARY", "average_loss"] == ("-1.25", "")
    assert told["WEEKLY PERFORMANCE SUMMARY", "win_rate"] == ("60.0", "23.0724")
    assert float(told["journal of argo, simulated", "net_profit"][0]) == pytest.approx(3 * 1755.0 * 0.02364672)


def test_the_workbook_has_a_sheet_for_each_table_and_text_stays_text(forms: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(forms["xlsx"]))
    assert book.sheetnames == ["figures", "days", "symbols", "trades"]
    assert (book["symbols"]["A2"].value, book["symbols"]["A2"].data_type) == ("=1+1<b>", "s")
    assert [book["days"].cell(2, column).value for column in range(1, 6)] == ["2026-03-01", 4, 2, 1, 3.75]
    assert book["trades"]["F2"].value == (MOMENT + timedelta(hours=2)).replace(tzinfo=None)
    assert book["trades"].max_row == 4


def test_the_page_escapes_what_it_shows_and_asks_nobody_else(forms: dict[str, bytes]) -> None:
    page = forms["html"].decode()
    assert "=1+1&lt;b&gt;" in page and "Prices are &lt;replayed&gt;." in page
    assert "60.00%" in page and "23.07 to 88.24" in page
    assert re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(?!data:)[^"]', page) == []


def test_the_plots_show_what_the_report_holds() -> None:
    report = sample_report()
    outcomes = {each.name: (list(each.x), list(each.y)) for each in outcomes_chart(report).data}
    assert outcomes == {
        "won": (["2026-03-01", "2026-03-02"], [2, 1]),
        "lost": (["2026-03-01", "2026-03-02"], [1, 1]),
        "open": (["2026-03-01", "2026-03-02"], [1, 1]),
    }
    assert list(results_chart(report).data[0].y) == [3.75, 3.25]
    assert [list(each.y) for each in symbols_chart(report).data] == [[1, 2], [0, 2], [2, 0]]
    assert tuple(equity_of(report.journals[0]).data[0].y) == report.journals[0].equity


def test_the_page_draws_those_plots(forms: dict[str, bytes]) -> None:
    drawn = re.findall(r'Plotly\.newPlot\(\s*"([a-z0-9-]+)-plot",\s*(\[.*?\]),\s*\{', forms["html"].decode(), re.S)
    assert [name for name, _ in drawn] == ["days", "results", "symbols", "journal-0-equity"]
    assert [trace["name"] for trace in json.loads(drawn[0][1])] == ["won", "lost", "open"]


@pytest.mark.parametrize("kind", [ReportKind.PREMIUM, ReportKind.ALL_TIME])
def test_every_kind_has_every_form(kind: ReportKind) -> None:
    assert sample_report(kind).title.encode() in performance_forms(sample_report(kind))["html"]
