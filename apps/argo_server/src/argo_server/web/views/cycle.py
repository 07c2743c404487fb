"""The newest cycle in figures and lines."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argo_core.measures.percentiles import percentile
from argo_core.model.cycle import CycleSummary

LINE_WIDTH, LINE_HEIGHT, LINE_POINTS = 240.0, 40.0, 120


class CycleView(msgspec.Struct, frozen=True, kw_only=True):
    """`stages` are (name, milliseconds, share of the longest 0–100); `line` is an SVG polyline of recent durations."""

    newest: CycleSummary | None
    total_ms: float | None
    stages: tuple[tuple[str, float, float], ...]
    recent: int
    p50_ms: float | None
    p95_ms: float | None
    line: str


def cycle_view(cycles: Sequence[CycleSummary], recent_ms: Sequence[float]) -> CycleView:
    """`cycles` newest first, `recent_ms` oldest first."""
    newest = cycles[0] if cycles else None
    stages = newest.stage_ms if newest else {}
    longest = max(stages.values(), default=0.0) or 1.0
    return CycleView(
        newest=newest,
        total_ms=sum(stages.values()) if newest else None,
        stages=tuple((name, value, round(100.0 * value / longest, 1)) for name, value in stages.items()),
        recent=len(recent_ms),
        p50_ms=percentile(recent_ms, 50),
        p95_ms=percentile(recent_ms, 95),
        line=_line(recent_ms[-LINE_POINTS:]),
    )


def _line(values: Sequence[float]) -> str:
    top = max(values, default=0.0) or 1.0
    step = LINE_WIDTH / max(len(values) - 1, 1)
    return " ".join(f"{n * step:.1f},{LINE_HEIGHT * (1 - value / top):.1f}" for n, value in enumerate(values))
