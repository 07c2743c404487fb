"""Every form of a performance report, by the ending of its file."""

from __future__ import annotations

from collections.abc import Callable

from argo_core.adapters.report_files.csv_tables import csv_text
from argo_core.adapters.report_files.extras import graphs, sheets
from argo_core.adapters.report_files.performance_book import performance_book
from argo_core.adapters.report_files.performance_page import performance_page
from argo_core.adapters.report_files.performance_tables import figures_table
from argo_core.errors import ConfigError
from argo_core.reports.performance_report import PerformanceReport
from argo_core.reports.performance_text import performance_text

NEEDS = {"html": graphs, "xlsx": sheets}


def forms_left_out() -> dict[str, str]:
    """The forms that cannot be made here, each with what to install."""
    found = {}
    for form, needed in NEEDS.items():
        try:
            needed()
        except ConfigError as error:
            found[form] = str(error)
    return found


def performance_forms(report: PerformanceReport) -> dict[str, bytes]:
    """Text and table, and where their extras are installed page and workbook: `forms_left_out` says which are not."""
    makers: dict[str, Callable[[], bytes]] = {
        "txt": lambda: performance_text(report).encode(),
        "html": lambda: performance_page(report).encode(),
        "csv": lambda: csv_text(figures_table(report)).encode(),
        "xlsx": lambda: performance_book(report),
    }
    missing = forms_left_out()
    return {form: make() for form, make in makers.items() if form not in missing}
