"""What jobs did: runs, failures, lateness, and when each runs again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alpine_core.alerts.job_book import JobBook
from alpine_core.model.job_standing import JobStanding

START = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_run_that_begins_more_than_a_second_after_its_time_is_late_and_a_failure_is_told() -> None:
    book = JobBook()
    for began, error in ((0.0, None), (11.0, None), (23.5, "no answer")):
        book.began("send_mails", at(began))
        book.ended("send_mails", at(began + 1), 10.0, error)
    assert book.standings() == (
        JobStanding(
            job="send_mails",
            runs=3,
            failed=1,
            late=1,
            began_at=at(23.5),
            seconds=1.0,
            next_at=at(34.5),
            error="no answer",
        ),
    )
