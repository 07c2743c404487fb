"""A backtest as a document: every figure with its interval and its number of cases, beside what it is held against."""

from argo_core.backtest.report.build import ReportTerms, build_report
from argo_core.backtest.report.contenders import Contenders, run_contenders
from argo_core.backtest.report.document import Report, decode_report, encode_report
from argo_core.backtest.report.run import run_and_report
from argo_core.backtest.report.sensitivity import Tried
from argo_core.backtest.report.text import report_lines

__all__ = [
    "Contenders",
    "Report",
    "ReportTerms",
    "Tried",
    "build_report",
    "decode_report",
    "encode_report",
    "report_lines",
    "run_and_report",
    "run_contenders",
]
