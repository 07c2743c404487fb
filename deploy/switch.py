"""One side takes over from the other, with no request and no signal lost."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from deploy.errors import Refused
from deploy.front import point_front
from deploy.health import Check
from deploy.plan import Plan
from deploy.programs import PROGRAMS
from deploy.side_state import own_check, wait_until_answering, wait_until_listening, wait_until_whole
from deploy.sides import active_side, link_side
from deploy.supervisors import Supervisor


@dataclass(frozen=True, slots=True)
class Switched:
    """`seconds` from the order to answers of the new side."""

    side: str
    seconds: float


def switch(plan: Plan, supervisor: Supervisor, former: str | None, side: str, commit: str) -> Switched:
    """`side` works with the release of `commit` and answers when this returns, and `former` has ended.

    Where only one may write, the next process holds its address and waits for the former's end: connections wait with
    it. Elsewhere both answer for a moment. Raises Refused; then, as after anything else, `former` works again.
    """
    began = time.monotonic()
    pointed = active_side(plan)
    link_side(plan, side, commit)
    supervisor.start(side)
    try:
        if PROGRAMS[plan.entity].one_writer:
            wait_until_listening(plan, supervisor, side)
        else:
            wait_until_answering(plan, supervisor, side)
        point_front(plan, side)
        if former is not None:
            supervisor.stop(former)
        wait_until_answering(plan, supervisor, side)
    except BaseException:
        _back(plan, supervisor, former, side, pointed)
        raise
    return Switched(side, time.monotonic() - began)


def confirmed(plan: Plan, supervisor: Supervisor, side: str) -> tuple[Check, ...]:
    """100 % health of the side that works now. Raises Refused."""
    checks = (*wait_until_whole(plan, supervisor, side), *own_check(plan, side))
    failed = [check for check in checks if check.ok is False]
    if failed:
        raise Refused(f"{failed[0].name}: {failed[0].said}")
    return checks


def _back(plan: Plan, supervisor: Supervisor, former: str | None, side: str, pointed: str | None) -> None:
    """What ran before runs again, and the front is where it was."""
    if former is not None:
        supervisor.start(former)
    with suppress(Refused):
        point_front(plan, pointed)
    supervisor.stop(side)
    if former is not None:
        wait_until_answering(plan, supervisor, former)
