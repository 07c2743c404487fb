"""Live days beside their replays, in figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from argo_core.model.parity import Cause, ParityReport


class ParityRecord:
    """What the comparisons of this process found."""

    def __init__(self) -> None:
        self._causes = dict.fromkeys((cause.value for cause in Cause), 0)

    def note(self, report: ParityReport) -> None:
        """A comparison has finished."""
        for cause, count in report.counted().items():
            self._causes[cause] += count

    def causes(self) -> dict[str, int]:
        """Differences by cause since the process started."""
        return dict(self._causes)


def parity_metrics(reports: Sequence[ParityReport], causes: Mapping[str, int]) -> Iterable[Metric]:
    """`reports`: the newest of each executor; one of a day on which nothing was compared has no score."""
    score = GaugeMetricFamily(
        "argo_parity_score", "Share of signals and fills of the last compared day that agree.", labels=["executor"]
    )
    for report in reports:
        if report.score is not None:
            score.add_metric([report.executor_id], report.score)
    found = CounterMetricFamily("argo_parity_differences", "Differences between live and replay.", labels=["cause"])
    for cause, count in causes.items():
        found.add_metric([cause], count)
    return score, found
