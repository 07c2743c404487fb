"""Reports of backtests as files: a page, a workbook, tables, JSON (extra: lab for page and workbook)."""

from argo_core.adapters.report_files.csv_tables import write_csv
from argo_core.adapters.report_files.extras import graphs, workbooks
from argo_core.adapters.report_files.json_file import read_json, write_json
from argo_core.adapters.report_files.page import html_page, write_html
from argo_core.adapters.report_files.search_page import search_page, write_search_html
from argo_core.adapters.report_files.walk_forward_page import forward_page, write_forward_html
from argo_core.adapters.report_files.workbook import write_xlsx

__all__ = [
    "forward_page", "graphs", "html_page", "read_json", "search_page", "workbooks", "write_csv", "write_forward_html",
    "write_html", "write_json", "write_search_html", "write_xlsx",
]  # fmt: skip
