"""Reports of backtests as files: a page, a workbook, tables, JSON (extra: lab for page and workbook)."""

from argo_core.adapters.report_files.csv_tables import write_csv
from argo_core.adapters.report_files.extras import graphs, workbooks
from argo_core.adapters.report_files.json_file import read_json, write_json
from argo_core.adapters.report_files.page import html_page, write_html
from argo_core.adapters.report_files.workbook import write_xlsx

__all__ = ["graphs", "html_page", "read_json", "workbooks", "write_csv", "write_html", "write_json", "write_xlsx"]
