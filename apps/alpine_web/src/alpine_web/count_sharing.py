"""Where several workers run: what this one has counted is there for the others, and stays when it is killed."""

from __future__ import annotations

import msgspec
from prometheus_client.metrics_core import Metric

from alpine_core.errors import StoreError
from alpine_core.model.worker_counts import WorkerCounts
from alpine_web.metrics_reading import Reading
from alpine_web.services import Services


def share_counts(services: Services) -> WorkerCounts:
    """Our counts to the other workers, theirs to us: the counts of all. Raises StoreError."""
    return services.counts.share(services.metrics.families(own_reading(services)), services.integrity.newest())


def families_of_all(services: Services, reading: Reading) -> list[Metric]:
    """What the reading says, with the counts and checks of all workers."""
    try:
        found = share_counts(services)
    except StoreError:
        # Of a full disk `keep_counts` tells, the metrics have to tell of everything else.
        found = services.counts.known(services.metrics.families(own_reading(services)), services.integrity.newest())
    own = own_reading(services)  # of this moment: what was read before the database answered may have been told since
    told = msgspec.structs.replace(reading, jobs=own.jobs, spans=own.spans, checks=found.checks)
    return services.counts.joined(services.metrics.families(told), found)


def own_reading(services: Services) -> Reading:
    """What this process knows without its database."""
    now = services.clock.now()
    return Reading(
        read_at=now,
        uptime_seconds=(now - services.started_at).total_seconds(),
        jobs=services.jobs.standings(),
        machine=services.machine_use(),
        database=services.database_use(),
        spans=services.tracer.counts(),
    )
