"""Health in three levels: each check is looked at, and only all of them together are health."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from argo_core.errors import ArgoError, InvariantError

LEVELS = (1, 2, 3)
PASSED, FAILED, NOT_SET_UP = "passed", "failed", "not set up"


class NotSetUp(ArgoError):
    """What would be looked at is not configured, and need not be."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """`look` answers in one line what it found, or raises ArgoError or OSError with what is wrong. `advice`: what to do
    then. It has `seconds` to answer."""

    level: int
    name: str
    look: Callable[[], Awaitable[str]]
    advice: str
    seconds: float = 30.0


class CheckedPart(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: passed, failed or not set up; `advice` is empty unless it failed."""

    level: int
    check: str
    state: str
    told: str
    advice: str = ""


async def examined(checks: Sequence[HealthCheck], level: int) -> tuple[CheckedPart, ...]:
    """Every check up to this level, one after the other: what fails keeps none of the others from being looked at.

    Raises InvariantError where a level has no check: nothing checked is no health.
    """
    due = [check for check in checks if check.level <= level]
    if {check.level for check in due} != set(range(1, level + 1)) or level not in LEVELS:
        raise InvariantError(f"health: level {level} has nothing to look at")
    return tuple([await _looked(check) for check in due])


def whole(parts: Sequence[CheckedPart]) -> bool:
    """True at 100 %: something passed and nothing failed."""
    states = [part.state for part in parts]
    return PASSED in states and FAILED not in states


async def _looked(check: HealthCheck) -> CheckedPart:
    try:
        async with asyncio.timeout(check.seconds):
            told, state = await check.look(), PASSED
    except NotSetUp as nothing:
        told, state = str(nothing), NOT_SET_UP
    except TimeoutError:
        told, state = f"no answer within {check.seconds:g} s", FAILED
    except (ArgoError, OSError) as error:
        told, state = str(error) or repr(error), FAILED
    advice = check.advice if state == FAILED else ""
    return CheckedPart(level=check.level, check=check.name, state=state, told=told, advice=advice)
