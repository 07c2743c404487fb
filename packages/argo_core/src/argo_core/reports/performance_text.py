"""The report as text, in the form that its readers know: headings, then one figure a line."""

from __future__ import annotations

from collections.abc import Iterator

from argo_core.reports.performance_report import PerformanceReport, ReportLine

UNKNOWN = "n/a"


def performance_text(report: PerformanceReport) -> str:
    """The whole text, with a line break at its end."""
    return "\n".join(_lines(report)) + "\n"


def said_line(line: ReportLine) -> str:
    """A figure as people read it: 4,374, 58.08%, +4.23%; `n/a` where there is none."""
    if line.value is None:
        return UNKNOWN
    if line.unit == "count":
        return f"{line.value:,.0f}"
    return f"{line.value:+.2f}%" if line.unit == "result" else f"{line.value:.2f}%"


def _lines(report: PerformanceReport) -> Iterator[str]:
    yield report.title
    yield "=" * len(report.title)
    yield f"Week ending: {report.ending}" if report.kind == "weekly" else f"As of: {report.ending}"
    yield f"Generated: {report.generated_at:%Y-%m-%d %H:%M:%S} UTC"
    for section in report.sections:
        yield ""
        yield section.heading
        for line in section.lines:
            yield f"{'- ' if line.nested else ''}{line.label}: {said_line(line)}"
    if report.origin is not None:
        yield ""
        yield report.origin
