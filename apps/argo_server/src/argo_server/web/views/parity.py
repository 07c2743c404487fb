"""Comparisons of live days with their replays, as pages show them."""

from __future__ import annotations

import msgspec

from argo_core.model.parity import Difference, ParityReport

WHOLE, FAIR = 1.0, 0.9


class ReportView(msgspec.Struct, frozen=True, kw_only=True):
    """`score` as words, `tone` good, warn, bad or calm; `causes` with counts and money, the most frequent first."""

    report: ParityReport
    score: str
    tone: str
    address: str
    causes: tuple[tuple[str, int, float], ...]


class DifferencePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the differences: numbers `first` to `last` of `of`, counted from 1; addresses of the pages around."""

    items: tuple[Difference, ...]
    first: int
    last: int
    of: int
    earlier: str | None
    later: str | None


def report_view(report: ParityReport) -> ReportView:
    """One comparison."""
    score = report.score
    money = {} if report.result is None else report.result.by_cause
    return ReportView(
        report=report,
        score="nothing to compare" if score is None else f"{100 * score:.2f} %",
        tone=_tone(score),
        address=f"/parity/{report.day}/{report.executor_id}",
        causes=tuple((cause, count, money.get(cause, 0.0)) for cause, count in report.counted().items()),
    )


def difference_pages(report: ParityReport, first: int, limit: int) -> DifferencePage:
    """The differences from number `first` on, counted from 0."""
    every, address = report.differences, f"/parity/{report.day}/{report.executor_id}"
    items = every[first : first + limit]
    behind = first + limit
    return DifferencePage(
        items=items,
        first=first + 1 if items else 0,
        last=first + len(items),
        of=len(every),
        earlier=f"{address}?first={max(first - limit, 0)}&limit={limit}" if first else None,
        later=f"{address}?first={behind}&limit={limit}" if behind < len(every) else None,
    )


def _tone(score: float | None) -> str:
    if score is None:
        return "calm"
    if score >= WHOLE:
        return "good"
    return "warn" if score >= FAIR else "bad"
