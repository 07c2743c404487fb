"""What a process's jobs have done, and when they run again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from argo_core.model.job_standing import JobStanding
from argo_core.ports.clock import Clock

LATE = timedelta(seconds=1)


class JobBook:
    """One per process; starts empty. Times are those of whoever tells them."""

    def __init__(self) -> None:
        self._jobs: dict[str, JobStanding] = {}

    def planned(self, job: str, next_at: datetime | None) -> None:
        """It runs next at that time; None: nobody knows."""
        self._note(job, next_at=next_at)

    def began(self, job: str, now: datetime, due: datetime | None = None) -> None:
        """A run has begun. `due`: when it should have; what was planned if it is not given."""
        one = self._of(job)
        due = one.next_at if due is None else due
        late = due is not None and now - due > LATE
        self._note(job, began_at=now, late=one.late + late)

    def ended(self, job: str, now: datetime, error: str | None = None, next_at: datetime | None = None) -> None:
        """The run that began last is over: well, or with what went wrong."""
        one = self._of(job)
        seconds = 0.0 if one.began_at is None else max(0.0, (now - one.began_at).total_seconds())
        failed = one.failed + (error is not None)
        self._note(job, runs=one.runs + 1, failed=failed, seconds=seconds, error=error, next_at=next_at)

    def missed(self, job: str) -> None:
        """Its time passed without a run."""
        self._note(job, missed=self._of(job).missed + 1)

    def overlapped(self, job: str) -> None:
        """It was due while it still ran."""
        self._note(job, overlapping=self._of(job).overlapping + 1)

    def standings(self) -> tuple[JobStanding, ...]:
        """Each job that was planned or has run, by name."""
        return tuple(self._jobs[job] for job in sorted(self._jobs))

    async def run(self, job: str, clock: Clock, work: Callable[[], Awaitable[float]]) -> float:
        """One run of work that answers the seconds until its next. Raises what the work raises, once it is noted; a
        run that was cancelled is none."""
        self.began(job, clock.now())
        try:
            pause = await work()
        except Exception as error:
            self.ended(job, clock.now(), error=str(error) or repr(error))
            raise
        now = clock.now()
        self.ended(job, now, next_at=now + timedelta(seconds=pause))
        return pause

    def _of(self, job: str) -> JobStanding:
        return self._jobs.get(job) or JobStanding(job=job)

    def _note(self, job: str, **changed: object) -> None:
        self._jobs[job] = msgspec.structs.replace(self._of(job), **changed)
