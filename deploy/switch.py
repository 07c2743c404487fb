"""One side takes over from the other, with no request and no signal lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from deploy.errors import Refused
from deploy.front import point_front
from deploy.health import Check
from deploy.plan import Plan
from deploy.prepared import begin, end
from deploy.programs import PROGRAMS
from deploy.side_state import own_check, wait_until_answering, wait_until_listening, wait_until_whole
from deploy.sides import active_side, is_stopped, link_side, linked_processes
from deploy.supervisors import Supervisor


@dataclass(frozen=True, slots=True)
class Switched:
    """`seconds` from the order to answers of the new side."""

    side: str
    seconds: float


def switch(plan: Plan, supervisor: Supervisor, former: str | None, side: str, commit: str) -> Switched:
    """Every process of `side` works with the release of `commit` and answers when this returns, and `former` has ended.

    One process takes over after the other. Where only one may write, the next one holds its address and waits for the
    former's end: connections wait with it. Elsewhere both answer for a moment. Raises Refused; then, as after anything
    else, `former` works again.
    """
    began, pointed, begun = time.monotonic(), active_side(plan), 0
    link_side(plan, side, commit)
    pairs = tuple(zip(_names(plan, former), plan.processes(side), strict=True))
    try:
        for place, (before, process) in enumerate(pairs):
            begun = place + 1
            _take_over(plan, supervisor, before, process, point_to=side if place == 0 else None)
    except BaseException:
        _back(plan, supervisor, pairs[:begun], pointed)
        raise
    return Switched(side, time.monotonic() - began)


def _names(plan: Plan, side: str | None) -> tuple[str | None, ...]:
    """The processes of a side; as many times nobody where there is no side."""
    return (None,) * plan.generators if side is None else plan.processes(side)


def _take_over(plan: Plan, supervisor: Supervisor, before: str | None, process: str, point_to: str | None) -> None:
    begin(plan, supervisor, process)
    if PROGRAMS[plan.entity].one_writer:
        wait_until_listening(plan, supervisor, process)
    else:
        wait_until_answering(plan, supervisor, process)
    if point_to is not None:
        point_front(plan, point_to)
    if before is not None:
        supervisor.stop(before)
    wait_until_answering(plan, supervisor, process)


def stop_side(plan: Plan, supervisor: Supervisor, side: str) -> None:
    """Every process of the side has ended, also those of a plan that counted otherwise."""
    for process in {**dict.fromkeys(plan.processes(side)), **dict.fromkeys(linked_processes(plan, side))}:
        end(plan, supervisor, process)


def require_as_many(plan: Plan) -> None:
    """Raises Refused where the active side works with another number of processes than the plan says: who would deal
    symbols otherwise than those who work does not start."""
    active = active_side(plan)
    if active is None or is_stopped(plan):
        return
    works = linked_processes(plan, active)
    if works and works != plan.processes(active):
        raise Refused(f"{len(works)} generators work and the plan says {plan.generators}: deploy/run stop, then start")


def confirmed(plan: Plan, supervisor: Supervisor, side: str) -> tuple[Check, ...]:
    """100 % health of the side that works now. Raises Refused."""
    checks = (*wait_until_whole(plan, supervisor, side), *own_check(plan, side))
    failed = [check for check in checks if check.ok is False]
    if failed:
        raise Refused(f"{failed[0].name}: {failed[0].said}")
    return checks


def _back(plan: Plan, supervisor: Supervisor, pairs: Iterable[tuple[str | None, str]], pointed: str | None) -> None:
    """What ran before runs again, and the front is where it was. Each is begun before any is waited for: what goes
    wrong with one does not keep another from coming back."""
    faults: list[Refused] = []
    touched = tuple(pairs)
    for before, _ in touched:
        if before is not None:
            _tried(faults, partial(supervisor.start, before))
    _tried([], partial(point_front, plan, pointed))
    for _, process in touched:
        _tried(faults, partial(supervisor.stop, process))
    for before, _ in touched:
        if before is not None:
            _tried(faults, partial(wait_until_answering, plan, supervisor, before))
    if faults:
        raise faults[0]


def _tried(faults: list[Refused], act: Callable[[], None]) -> None:
    try:
        act()
    except Refused as error:
        faults.append(error)
