"""Write docs/reference/metrics.md from the metrics that the code exports; `--check` only compares.

Raises SystemExit, one line, for a page that is not up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from alpine_web.metrics import Metrics as AlpineMetrics
from alpine_web.metrics_reading import Reading
from alpine_web.metrics_reading import ReadingCollector as AlpineCollector
from argo_core.pipeline.executor_status import ExecutorState, ExecutorStatus
from argo_core.ports.executor_reader import ExecutorCounts
from argo_server.metrics import Metrics, ProcessReading, SystemReading
from argo_server.metrics.executor import ExecutorCollector
from argo_server.metrics.process import ReadingCollector

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "metrics.md"
GENERATOR, EXECUTOR, ALPINE = "generator", "executor", "alpine"
TITLES = {GENERATOR: "Argo's generator", EXECUTOR: "An executor", ALPINE: "Alpine"}
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
IDLE = SystemReading(cpu_percent=0.0, memory_percent=0.0, disk_percent=0.0)
SERIES = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_count", "_sum"),
    "summary": ("_count", "_sum"),
}


class Exported(NamedTuple):
    """One metric of one process. `name` as it is documented: a counter's with `_total`."""

    process: str
    name: str
    kind: str
    labels: tuple[str, ...]
    about: str

    def series(self) -> dict[str, frozenset[str]]:
        """Names of its series, each with its labels."""
        stem, labels = self.name.removesuffix("_total"), frozenset(self.labels)
        return {stem + suffix: labels | ({"le"} if suffix == "_bucket" else set()) for suffix in SERIES[self.kind]}


def exported() -> tuple[Exported, ...]:
    """Every metric, by process and name."""
    found = [
        *_counted(GENERATOR, Metrics()),
        *_read(GENERATOR, ReadingCollector(_nothing(), IDLE, (), (0, 0)).collect()),
        *_read(EXECUTOR, ExecutorCollector(_nobody(), IDLE).collect()),
        *_counted(ALPINE, AlpineMetrics()),
        *_read(ALPINE, AlpineCollector(Reading(read_at=MOMENT)).collect()),
    ]
    return tuple(sorted(found, key=lambda one: (list(TITLES).index(one.process), one.name)))


def page() -> str:
    """The reference."""
    lines = [
        "# Metrics",
        "",
        "Each process answers `GET /metrics` with Prometheus text 0.0.4. `scripts/metrics_reference.py` writes this",
        "page from the code; a name is told also while nothing is known of it. `make deploy-check` holds alert rules",
        "and dashboards under `deploy/` to these names. [How to watch](../how-to/watch.md) says how to use them.",
    ]
    for process, title in TITLES.items():
        lines += ["", f"## {title}", "", "| metric | labels | kind | what it says |", "|---|---|---|---|"]
        lines += [
            f"| `{one.name}` | {', '.join(one.labels)} | {one.kind} | {one.about} |"
            for one in exported()
            if one.process == process
        ]
    return "\n".join(lines) + "\n"


def _nothing() -> ProcessReading:
    return ProcessReading(uptime_seconds=0.0, cycle_failures=0, cycles_missed=0, open_signals=None, read_at=MOMENT)


def _nobody() -> ExecutorStatus:
    return ExecutorStatus(
        executor_id="none", type="regular", mode="simulated", account_number="", rules="", auto_execute=False,
        state=ExecutorState.RECOVERING, ready=False, reconciled=False, error=None, halt=None, unprotected=(),
        account=None, positions=(), risk=None,
        counts=ExecutorCounts(received=0, allowed=0, denied=0, denied_by={}, filled=0),
        started_at=MOMENT, uptime_seconds=0.0,
    )  # fmt: skip


def _read(process: str, families: Iterable[Any]) -> Iterator[Exported]:
    """The library tells a family's labels through its samples only; where there is none, it keeps them to itself."""
    for family in families:
        name = family.name + ("_total" if family.type == "counter" else "")
        yield Exported(process, name, family.type, tuple(family._labelnames), family.documentation)


def _counted(process: str, metrics: Metrics | AlpineMetrics) -> Iterator[Exported]:
    for one in metrics.instruments():
        name = one._name + ("_total" if one._type == "counter" else "")
        yield Exported(process, name, one._type, tuple(one._labelnames), one._documentation)


def main(arguments: Iterable[str]) -> None:
    """Write, or with `--check` compare."""
    if "--check" not in tuple(arguments):
        PAGE.write_text(page(), "utf-8")
    elif PAGE.read_text("utf-8") != page():
        raise SystemExit("docs/reference/metrics.md is not up to date: run scripts/metrics_reference.py")


if __name__ == "__main__":
    main(sys.argv[1:])
