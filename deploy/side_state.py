"""Whether the process of a side listens, works, and is whole."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from deploy.commands import run
from deploy.console_password import console_password
from deploy.errors import Refused
from deploy.health import Check, ask, first_fault, is_whole, judged
from deploy.plan import SIDES, Plan
from deploy.programs import PROGRAMS
from deploy.service_user import as_service, home_of_service
from deploy.supervisors import Supervisor, plain_environment

LOOK_AGAIN_SECONDS = 0.05
CONNECT_SECONDS = 1.0


def listens(port: int) -> bool:
    """Whether connections are taken; the process behind may still wait for its turn."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False


def checked(plan: Plan, side: str) -> tuple[Check, ...]:
    """The health of each process of a side, judged; where there are several, checks are named for theirs. Raises
    Refused where the side wants another password than ours."""
    return tuple(
        check if process == side else replace(check, name=f"{process} {check.name}")
        for process in plan.processes(side)
        for check in judged(plan.entity, _asked(plan, process))
    )


def own_check(plan: Plan, side: str) -> tuple[Check, ...]:
    """The program's own command that looks at everything, if the plan names one; `{port}` in it is the port of each
    process of the side."""
    if not plan.health_words:
        return ()
    program = plan.folder(side) / "bin" / PROGRAMS[plan.entity].name
    environment = home_of_service(plan, {**plain_environment(), **plan.environment()})
    checks = []
    for process in plan.processes(side):
        words = [word.replace("{port}", str(plan.port(process))) for word in plan.health_words]
        said = run(as_service(plan, [program, *words]), plan.root, environment)
        checks.append(Check(" ".join(words), said.status == 0, said.told))
    return tuple(checks)


def side_runs(plan: Plan, supervisor: Supervisor, side: str) -> bool:
    """Whether every process of the side runs."""
    return all(supervisor.runs(process) for process in plan.processes(side))


def _asked(plan: Plan, process: str) -> dict[str, Any] | None:
    return ask(plan.port(process), PROGRAMS[plan.entity].health_path, console_password(plan))


def wait_until_listening(plan: Plan, supervisor: Supervisor, process: str) -> None:
    """Raises Refused where the process ends first or takes too long."""
    _wait(plan, supervisor, process, lambda: listens(plan.port(process)), "does not listen")


def wait_until_whole(plan: Plan, supervisor: Supervisor, side: str) -> tuple[Check, ...]:
    """The checks, once they are 100 %. Raises Refused with the first fault where they do not become so in time."""
    last: list[tuple[Check, ...]] = [()]

    def whole() -> bool:
        last[0] = checked(plan, side)
        return is_whole(last[0])

    _wait(plan, supervisor, side, whole, "is not whole", lambda: first_fault(last[0]))
    return last[0]


def wait_until_answering(plan: Plan, supervisor: Supervisor, process: str) -> None:
    """Raises Refused where it does not answer in time."""
    _wait(plan, supervisor, process, lambda: _asked(plan, process) is not None, "does not answer")


def _wait(
    plan: Plan,
    supervisor: Supervisor,
    name: str,
    condition: Callable[[], bool],
    fault: str,
    why: Callable[[], str] = lambda: "",
) -> None:
    until = time.monotonic() + plan.ready_seconds
    while not condition():
        if not _runs(plan, supervisor, name):
            raise Refused(f"the {name} side ended: look at its log")
        if time.monotonic() > until:
            raise Refused(f"the {name} side {fault} after {plan.ready_seconds:.0f} s: {why()}".rstrip(": "))
        time.sleep(LOOK_AGAIN_SECONDS)


def _runs(plan: Plan, supervisor: Supervisor, name: str) -> bool:
    """Of a side every process, of a process that one."""
    return side_runs(plan, supervisor, name) if name in SIDES else supervisor.runs(name)
