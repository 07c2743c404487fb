"""Several workers: what allows them, by what they hear of each other, and how soon a dead one is started again."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpine_core.errors import OperatorError
from alpine_web.crew import pause_before
from alpine_web.serving import require_shared
from alpine_web.settings import load_settings

POSTGRESQL = {"ALPINE_DATABASE_URL": "postgresql+asyncpg://alpine@127.0.0.1/alpine"}
REDIS = {"REDIS_URL": "redis://127.0.0.1/0"}


@pytest.mark.parametrize(
    ("given", "channel"),
    [
        ({}, "memory"),
        (REDIS, "redis"),
        (POSTGRESQL, "postgresql"),
        ({**POSTGRESQL, **REDIS}, "redis"),
        ({**POSTGRESQL, **REDIS, "ALPINE_CHANNEL": "postgresql"}, "postgresql"),
        ({**POSTGRESQL, **REDIS, "ALPINE_CHANNEL": "Memory"}, "memory"),
    ],
)
def test_the_channel_is_what_is_there_unless_it_is_named(given: dict[str, str], channel: str, tmp_path: Path) -> None:
    assert load_settings(given, tmp_path).channel_in_use == channel


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"ALPINE_CHANNEL": "carrier pigeon"}, "write one of auto, memory, redis, postgresql"),
        ({"ALPINE_CHANNEL": "redis"}, "REDIS_URL is not set"),
        ({"ALPINE_CHANNEL": "postgresql"}, "the database is not"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(given: dict[str, str], why: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=why):
        load_settings(given, tmp_path)


@pytest.mark.parametrize(
    ("given", "why"),
    [({}, "need PostgreSQL"), ({**POSTGRESQL, "ALPINE_CHANNEL": "memory"}, "is for one worker")],
)
def test_several_workers_want_a_database_and_a_channel_that_they_share(
    given: dict[str, str], why: str, tmp_path: Path
) -> None:
    settings = load_settings(given, tmp_path)
    require_shared(settings, 1)
    with pytest.raises(OperatorError, match=why):
        require_shared(settings, 2)


def test_a_worker_that_keeps_dying_is_started_less_and_less_often() -> None:
    failures, pauses = 0, []
    for _ in range(8):
        pause, failures = pause_before(1.0, failures)
        pauses.append(pause)
    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert pause_before(10.0, failures) == (0.0, 0)
