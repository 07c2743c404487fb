"""Health is every check or none: one that fails hides no other, and nothing checked is no health."""

from __future__ import annotations

import asyncio

import pytest

from argo_core.errors import InvariantError, StoreError
from argo_core.pipeline.health_levels import CheckedPart, HealthCheck, NotSetUp, examined, whole


async def good() -> str:
    return "answers"


async def away() -> str:
    raise StoreError("nobody answers")


async def silent() -> str:
    await asyncio.Event().wait()
    return ""


async def unused() -> str:
    raise NotSetUp("no Redis")


def check(level: int, look: object, seconds: float = 5.0) -> HealthCheck:
    return HealthCheck(level, "it", look, "start it", seconds)  # type: ignore[arg-type]


async def test_a_level_looks_at_all_below_it_and_at_nothing_above() -> None:
    checks = (check(3, away), check(1, good), check(2, away))
    assert [(one.level, one.state) for one in await examined(checks, 2)] == [(1, "passed"), (2, "failed")]


async def test_what_fails_says_why_and_what_to_do_and_the_rest_is_looked_at() -> None:
    parts = await examined((check(1, away), check(1, silent, 0.01), check(1, unused), check(1, good)), 1)
    assert [(one.state, one.told, one.advice) for one in parts] == [
        ("failed", "nobody answers", "start it"),
        ("failed", "no answer within 0.01 s", "start it"),
        ("not set up", "no Redis", ""),
        ("passed", "answers", ""),
    ]


@pytest.mark.parametrize(
    ("states", "good_enough"),
    [
        (("passed", "passed"), True),
        (("passed", "not set up"), True),
        (("passed", "failed"), False),
        (("not set up",), False),
        ((), False),
    ],
)
def test_only_a_hundred_per_cent_is_health(states: tuple[str, ...], good_enough: bool) -> None:
    assert whole([CheckedPart(level=1, check="it", state=state, told="") for state in states]) is good_enough


@pytest.mark.parametrize("level", [0, 2, 4])
async def test_a_level_without_a_check_is_refused(level: int) -> None:
    with pytest.raises(InvariantError, match="nothing to look at"):
        await examined((check(1, good),), level)
