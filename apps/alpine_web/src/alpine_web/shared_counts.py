"""What this worker counts, joined with what the other workers of the host do."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample

from alpine_core.model.integrity_check import IntegrityCheck
from alpine_core.model.worker_counts import CountedSample, Way, WorkerCounts
from alpine_core.ports.count_place import CountPlace

GAUGES = {
    "alpine_open_streams": Way.LIVE_SUM,
    "alpine_database_pool_size": Way.LIVE_SUM,
    "alpine_database_pool_in_use": Way.LIVE_SUM,
    "alpine_uptime_seconds": Way.LIVE_MAX,
    "alpine_job_duration_seconds": Way.LIVE_MAX,
    "alpine_job_last_run_timestamp_seconds": Way.LIVE_MAX,
}
"""What each worker has of its own. Other gauges tell of the database or the machine, which whoever answers knows."""


class SharedCounts:
    """One for the process. Without a place there are no other workers."""

    def __init__(self, place: CountPlace | None = None) -> None:
        self._place = place

    @property
    def alone(self) -> bool:
        """Whether this process is the only worker."""
        return self._place is None

    def share(self, families: Iterable[Metric], checks: tuple[IntegrityCheck, ...]) -> WorkerCounts:
        """What this process has counted to the others; what all have. Raises StoreError."""
        if self._place is None:
            return WorkerCounts(os.getpid(), (), checks)
        return self._place.share(WorkerCounts(os.getpid(), tuple(_own(families)), checks))

    def known(self, families: Iterable[Metric], checks: tuple[IntegrityCheck, ...]) -> WorkerCounts:
        """The same where nothing can be shared: what all have counted, as far as it can be read."""
        own = WorkerCounts(os.getpid(), tuple(_own(families)), checks)
        return own if self._place is None else self._place.known(own)

    def joined(self, families: Iterable[Metric], found: WorkerCounts) -> list[Metric]:
        """The families with what all workers counted in the place of what this one did."""
        told: dict[str, list[CountedSample]] = {}
        for sample in found.samples:
            told.setdefault(sample.name, []).append(sample)
        return [_of_all(family, told) for family in families]


def _way(family: Metric, name: str) -> Way | None:
    if family.type == "gauge":
        return GAUGES.get(family.name)
    return Way.EARLIEST if name.endswith("_created") else Way.SUM


def _own(families: Iterable[Metric]) -> Iterable[CountedSample]:
    for family in families:
        for one in family.samples:
            way = _way(family, one.name)
            if way is not None:
                yield CountedSample(one.name, tuple(one.labels.items()), one.value, way)


def _of_all(family: Metric, told: dict[str, list[CountedSample]]) -> Metric:
    stems = {"counter": ("_total", "_created"), "histogram": ("_bucket", "_count", "_sum", "_created"), "gauge": ("",)}
    joined = Metric(family.name, family.documentation, family.type)
    for stem in stems[family.type]:
        for each in told.get(family.name + stem, ()):
            joined.samples.append(Sample(each.name, dict(each.labels), each.value))
    return joined if joined.samples else family
