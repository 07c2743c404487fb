"""The web server in front of the sides: told to read its configuration again, and watched until it has."""

from __future__ import annotations

import time
from pathlib import Path

from deploy.commands import run
from deploy.errors import Refused
from deploy.plan import Plan
from deploy.sides import replace_file, sides_text, write_sides

SETTLE_SECONDS = 1.0
LOOK_AGAIN_SECONDS = 0.01


def point_front(plan: Plan, active: str | None) -> None:
    """Requests that begin from now on go to `active`, or are answered with an error if it is None.

    Returns when the front's workers of before have ended, or after a second: a worker with an open stream stays until
    the stream ends. Raises Refused; the former file is back then.
    """
    former = plan.sides_file.read_text("utf-8") if plan.sides_file.exists() else sides_text(plan, None)
    workers = _workers(plan.nginx_pid)
    write_sides(plan, active)
    said = run(plan.reload, plan.root)
    if said.status != 0:
        replace_file(plan.sides_file, former)
        raise Refused(f"the front did not take its new configuration: {said.told}")
    until = time.monotonic() + SETTLE_SECONDS
    while workers & _workers(plan.nginx_pid) and time.monotonic() < until:
        time.sleep(LOOK_AGAIN_SECONDS)


def _workers(pid_file: Path) -> frozenset[int]:
    """Process numbers of the front's workers; none where it does not run."""
    try:
        master = int(pid_file.read_text())
        children = Path(f"/proc/{master}/task/{master}/children").read_text()
    except (OSError, ValueError):
        return frozenset()
    return frozenset(int(pid) for pid in children.split())
