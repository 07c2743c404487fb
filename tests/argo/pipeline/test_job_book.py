"""What jobs did: runs, failures, lateness, what was missed, and when each runs again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.model.job_standing import JobStanding
from argo_core.pipeline.job_book import JobBook
from argo_core.testing.fixed_clock import FixedClock

START = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_run_is_late_when_it_begins_more_than_a_second_after_its_time() -> None:
    book = JobBook()
    book.planned("backup", at(10))
    for began in (11.0, 21.5):
        book.began("backup", at(began))
        book.ended("backup", at(began + 2), next_at=at(20))
    assert book.standings() == (
        JobStanding(job="backup", runs=2, late=1, began_at=at(21.5), seconds=2.0, next_at=at(20)),
    )


def test_what_is_missed_or_still_runs_counts_by_itself() -> None:
    book = JobBook()
    book.missed("cycle")
    book.overlapped("cycle")
    book.overlapped("cycle")
    assert book.standings() == (JobStanding(job="cycle", missed=1, overlapping=2),)


async def test_a_failure_is_noted_and_raised_and_the_next_good_run_clears_it() -> None:
    book, clock = JobBook(), FixedClock(START)

    async def fails() -> float:
        raise StoreError("no answer")

    async def works() -> float:
        return 60.0

    with pytest.raises(StoreError):
        await book.run("heartbeat", clock, fails)
    assert (book.standings()[0].failed, book.standings()[0].error) == (1, "no answer")
    assert await book.run("heartbeat", clock, works) == 60.0
    (one,) = book.standings()
    assert (one.runs, one.failed, one.error, one.next_at) == (2, 1, None, at(60))
