"""The schedule: each job coalesced, never overlapping, its misses counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, timedelta

import structlog
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    EVENT_JOB_SUBMITTED,
    JobEvent,
    JobExecutionEvent,
    JobSubmissionEvent,
    SchedulerEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from argo_core.pipeline.job_book import JobBook
from argo_core.ports import Clock
from argo_server.generator import Generator

CYCLE = "signal_cycle"
LOOK_SECONDS = 1.0
TOLERANCE = timedelta(seconds=1)

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running_schedule(
    generator: Generator, interval_seconds: float, clock: Clock, book: JobBook | None = None
) -> AsyncIterator[AsyncIOScheduler]:
    """Runs the cycle now and then every `interval_seconds` until the context ends; a cycle in flight is finished.

    A cycle that outlasts its interval is not piled up: the next ones are dropped into one, and counted.
    """
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_listener(lambda event: _note(generator, event), EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    scheduler.add_job(
        generator.tick,
        "interval",
        seconds=interval_seconds,
        id=CYCLE,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=max(1, round(interval_seconds)),
        next_run_time=clock.now(),
    )
    async with _started(scheduler, clock, book):
        try:
            yield scheduler
        finally:
            await _finish(scheduler, generator)


async def _finish(scheduler: AsyncIOScheduler, generator: Generator) -> None:
    scheduler.pause()
    # A cycle that is handed over and has not begun takes its turn first: shut down, the scheduler would cancel it,
    # and nobody would wait for what it was doing with the database.
    await asyncio.sleep(0)
    await generator.finished()


@asynccontextmanager
async def daily_schedule(clock: Clock, book: JobBook | None = None) -> AsyncIterator[AsyncIOScheduler]:
    """A schedule without a cycle, until the context ends."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_listener(lambda event: log.warning("job_missed", job=event.job_id), EVENT_JOB_MISSED)
    async with _started(scheduler, clock, book):
        yield scheduler


@asynccontextmanager
async def _started(scheduler: AsyncIOScheduler, clock: Clock, book: JobBook | None) -> AsyncIterator[None]:
    kept = JobBook() if book is None else book
    scheduler.add_listener(lambda event: note_event(kept, scheduler, clock, event))
    scheduler.add_listener(_report_failure, EVENT_JOB_ERROR)
    scheduler.start()
    looking = asyncio.create_task(_survive_steps(scheduler, clock))
    try:
        yield
    finally:
        looking.cancel()
        scheduler.shutdown(wait=False)


async def _survive_steps(scheduler: AsyncIOScheduler, clock: Clock) -> None:
    """The schedule goes by the wall's clock. Put back by a minute, every interval would wait a minute longer: whatever
    lies further ahead than its interval runs now."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = clock.now()
        for job in scheduler.get_jobs():
            if not isinstance(job.trigger, IntervalTrigger) or job.next_run_time is None:
                continue
            if job.next_run_time - now > job.trigger.interval + TOLERANCE:
                log.warning("clock_was_put_back", job=job.id, waited_until=job.next_run_time.isoformat())
                job.modify(next_run_time=now)


def note_event(book: JobBook, scheduler: AsyncIOScheduler, clock: Clock, event: SchedulerEvent) -> None:
    """What the scheduler says of a job, into the book."""
    if not isinstance(event, JobEvent):
        return
    job, now = scheduler.get_job(event.job_id), clock.now()
    next_at = None if job is None else job.next_run_time
    if isinstance(event, JobSubmissionEvent) and event.code == EVENT_JOB_SUBMITTED:
        book.began(event.job_id, now, event.scheduled_run_times[-1])
    elif event.code == EVENT_JOB_MAX_INSTANCES:
        book.overlapped(event.job_id)
    elif event.code == EVENT_JOB_MISSED:
        book.missed(event.job_id)
    elif isinstance(event, JobExecutionEvent):
        book.ended(
            event.job_id, now, None if event.exception is None else str(event.exception) or repr(event.exception)
        )
    book.planned(event.job_id, next_at)


def _note(generator: Generator, event: JobEvent) -> None:
    if event.job_id == CYCLE:
        generator.note_missed()
    log.warning("job_missed", job=event.job_id)


def _report_failure(event: JobEvent) -> None:
    log.error("job_failed", job=event.job_id, error=repr(getattr(event, "exception", None)))
