"""A backtest's report: on what terms it is made, and the files it is written to."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from argo_core.adapters.replay.feed import RECORDED
from argo_core.adapters.report_files import graphs, workbooks, write_csv, write_html, write_json, write_xlsx
from argo_core.backtest.report import Report, ReportTerms
from argo_server.settings import Settings

WRITERS = {"html": write_html, "csv": write_csv, "xlsx": write_xlsx, "report_json": write_json}
NEEDS = {"html": graphs, "xlsx": workbooks}


def report_terms(settings: Settings, title: str, trials: int) -> ReportTerms:
    """What the report says of its making."""
    engine = f"argo-core {version('argo-core')}"
    return ReportTerms(title=title, engine=engine, origin=RECORDED, seed=settings.file.backtest.seed, trials=trials)


def require_writers(files: dict[str, Path]) -> None:
    """Raises ConfigError where a kind of file needs an extra that is not installed."""
    for kind in files.keys() & NEEDS.keys():
        NEEDS[kind]()


def write_report(report: Report, files: dict[str, Path]) -> None:
    """Each kind to its place. Raises ConfigError for a place that cannot be written."""
    for kind, place in files.items():
        WRITERS[kind](report, place)
