"""Whether the process of a side listens, works, and is whole."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

from deploy.commands import run
from deploy.errors import Refused
from deploy.health import Check, ask, first_fault, is_whole, judged
from deploy.plan import Plan
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


def checked(plan: Plan, port: int) -> tuple[Check, ...]:
    """The health of the process at a port, judged."""
    return judged(plan.entity, ask(port, PROGRAMS[plan.entity].health_path))


def own_check(plan: Plan, side: str) -> tuple[Check, ...]:
    """The program's own command that looks at everything, if the plan names one; `{port}` in it is the side's."""
    if not plan.health_words:
        return ()
    program = plan.folder(side) / "bin" / PROGRAMS[plan.entity].name
    words = [word.replace("{port}", str(plan.port(side))) for word in plan.health_words]
    environment = home_of_service(plan, {**plain_environment(), **plan.environment()})
    said = run(as_service(plan, [program, *words]), plan.root, environment)
    return (Check(" ".join(words), said.status == 0, said.told),)


def wait_until_listening(plan: Plan, supervisor: Supervisor, side: str) -> None:
    """Raises Refused where the process ends first or takes too long."""
    _wait(plan, supervisor, side, lambda: listens(plan.port(side)), "does not listen")


def wait_until_whole(plan: Plan, supervisor: Supervisor, side: str) -> tuple[Check, ...]:
    """The checks, once they are 100 %. Raises Refused with the first fault where they do not become so in time."""
    last: list[tuple[Check, ...]] = [()]

    def whole() -> bool:
        last[0] = checked(plan, plan.port(side))
        return is_whole(last[0])

    _wait(plan, supervisor, side, whole, "is not whole", lambda: first_fault(last[0]))
    return last[0]


def wait_until_answering(plan: Plan, supervisor: Supervisor, side: str) -> None:
    """Raises Refused where it does not answer in time."""
    path = PROGRAMS[plan.entity].health_path
    _wait(plan, supervisor, side, lambda: ask(plan.port(side), path) is not None, "does not answer")


def _wait(
    plan: Plan,
    supervisor: Supervisor,
    side: str,
    condition: Callable[[], bool],
    fault: str,
    why: Callable[[], str] = lambda: "",
) -> None:
    until = time.monotonic() + plan.ready_seconds
    while not condition():
        if not supervisor.runs(side):
            raise Refused(f"the {side} side ended: look at its log")
        if time.monotonic() > until:
            raise Refused(f"the {side} side {fault} after {plan.ready_seconds:.0f} s: {why()}".rstrip(": "))
        time.sleep(LOOK_AGAIN_SECONDS)
