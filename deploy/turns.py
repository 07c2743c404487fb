"""Who may do what at the same time: one deployment, and one move of the sides. A watch holds no move up."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.errors import Refused
from deploy.plan import Plan


@contextmanager
def only_one(plan: Plan) -> Iterator[None]:
    """One deployment or trial at a time, from its first gate to the end of its watch. Raises Refused."""
    with _holding(plan, "deploy.lock", f"another deployment of {plan.entity} is under way: wait for its end", False):
        yield


@contextmanager
def moving(plan: Plan, wait: bool = False) -> Iterator[None]:
    """One move of the sides at a time, of seconds; a deployment holds it while it switches, and not while it watches.

    Raises Refused, without `wait`, where one is under way.
    """
    with _holding(plan, "move.lock", f"the sides of {plan.entity} are being switched: ask again in a moment", wait):
        yield


@contextmanager
def _holding(plan: Plan, name: str, busy: str, wait: bool) -> Iterator[None]:
    plan.root.mkdir(parents=True, exist_ok=True)
    with (plan.root / name).open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(busy) from error
        yield
