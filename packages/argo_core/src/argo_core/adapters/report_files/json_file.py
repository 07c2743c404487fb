"""The report as JSON, which is the report itself: read back, it is equal."""

from __future__ import annotations

from pathlib import Path

from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.backtest.report import Report, decode_report, encode_report
from argo_core.errors import ConfigError


def write_json(report: Report, file: Path) -> None:
    """Raises ConfigError where the file cannot be written."""
    write_whole(file, encode_report(report))


def read_json(file: Path) -> Report:
    """Raises ConfigError where the file cannot be read, DataError `bad_report` for other content."""
    try:
        return decode_report(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}: name a report in JSON") from error
