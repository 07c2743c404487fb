"""What a process's jobs have done, and when they run again."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from alpine_core.model.job_standing import JobStanding

LATE = timedelta(seconds=1)


class JobBook:
    """One per process; starts empty. A job in a loop cannot overlap itself nor miss its time: it is late."""

    def __init__(self) -> None:
        self._jobs: dict[str, JobStanding] = {}

    def began(self, job: str, now: datetime) -> None:
        """A run has begun."""
        one = self._jobs.get(job) or JobStanding(job=job)
        late = one.next_at is not None and now - one.next_at > LATE
        self._jobs[job] = replace(one, began_at=now, late=one.late + late)

    def ended(self, job: str, now: datetime, pause_seconds: float, error: str | None = None) -> None:
        """It is over, well or with what went wrong, and is due again after the pause. Raises KeyError for one that
        never began."""
        one = self._jobs[job]
        seconds = 0.0 if one.began_at is None else max(0.0, (now - one.began_at).total_seconds())
        self._jobs[job] = replace(
            one,
            runs=one.runs + 1,
            failed=one.failed + (error is not None),
            seconds=seconds,
            next_at=now + timedelta(seconds=pause_seconds),
            error=error,
        )

    def standings(self) -> tuple[JobStanding, ...]:
        """Each job that has begun, by name."""
        return tuple(self._jobs[job] for job in sorted(self._jobs))
