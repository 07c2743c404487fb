"""Who keeps a side's process running: systemd, or this program itself by pid files."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from deploy.commands import run
from deploy.errors import Refused
from deploy.plan import Plan
from deploy.programs import PROGRAMS
from deploy.released_command import NOTE_NAME
from deploy.sides import prepared_note, side_words

STOP_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.01
RUNNING = ("active", "activating", "deactivating", "reloading")


class Supervisor(Protocol):
    """Processes of sides, by name: see `Plan.processes`. `start` returns at once; `stop` when the process has ended.
    `prepare` starts one that is not to come up again with the machine."""

    def start(self, name: str) -> None: ...

    def prepare(self, name: str) -> None: ...

    def stop(self, name: str) -> None: ...

    def runs(self, name: str) -> bool: ...


class LocalSupervisor:
    """Pid files below `root/run`, logs below `root/logs`. Nothing is started again by itself."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._program = plan, PROGRAMS[plan.entity]

    def start(self, name: str) -> None:
        """Raises Refused where it has no release."""
        folder = self._plan.folder(name)
        command = folder / "bin" / self._program.name
        if not command.exists():
            raise Refused(f"{folder} holds no release: deploy one first")
        if self.runs(name):
            return
        words = [command, "serve", "--port", self._plan.port(name), *side_words(self._plan, name)]
        told = {NOTE_NAME: str(prepared_note(self._plan, name))}
        logs = self._plan.root / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        environment = {**plain_environment(), **self._plan.environment(), **told}
        pid = _spawned([str(word) for word in words], self._plan.root, environment, logs / f"{name}.log")
        pid_file = self._pid_file(name)
        pid_file.parent.mkdir(parents=True, exist_ok=True)
        pid_file.write_text(f"{pid} {_began(pid)}\n")

    def prepare(self, name: str) -> None:
        """Raises Refused where it has no release."""
        self.start(name)

    def stop(self, name: str) -> None:
        """SIGTERM, and SIGKILL to who has not ended after half a minute."""
        pid = self._pid(name)
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            until = time.monotonic() + STOP_SECONDS
            while self.runs(name):
                if time.monotonic() > until:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(LOOK_AGAIN_SECONDS)
            with suppress(ChildProcessError):  # of who started it in this very process, it is the child
                os.waitpid(pid, os.WNOHANG)
        self._pid_file(name).unlink(missing_ok=True)

    def runs(self, name: str) -> bool:
        return self._pid(name) is not None

    def _pid(self, name: str) -> int | None:
        """None where the process ended, also where another one has its number by now."""
        try:
            pid, began = self._pid_file(name).read_text().split()
        except (OSError, ValueError):
            return None
        return int(pid) if began == _began(int(pid)) else None

    def _pid_file(self, name: str) -> Path:
        return self._plan.root / "run" / f"{name}.pid"


def _spawned(words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> int:
    """The number of a process that outlives its starter, in a session of its own, with all it says in `log`."""
    return os.posix_spawn(
        "/bin/sh",
        ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(folder), *words],
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
        setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],  # the interpreter ignores them, and what it starts must not
    )


def _began(pid: int) -> str | None:
    """When a process began, in ticks since the machine did; None of one that has ended, waited for or not."""
    try:
        _, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except OSError:
        return None
    fields = rest.split()
    return None if fields[0] in "ZX" else fields[19]


class SystemdSupervisor:
    """Instances of the template unit. The active side comes up again with the machine, the other one does not."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._unit = plan, PROGRAMS[plan.entity].unit

    def start(self, name: str) -> None:
        self.prepare(name)
        self._asked("enable", name)  # systemd reads its files again for this: the process begins meanwhile

    def prepare(self, name: str) -> None:
        self._asked("start", name, "--no-block")

    def stop(self, name: str) -> None:
        self._asked("stop", name)
        self._asked("disable", name)

    def runs(self, name: str) -> bool:
        # A start that was ordered may not have begun yet: the unit is inactive then, with a job that waits.
        said = run(["systemctl", "show", "--property=ActiveState,Job", f"{self._unit}{name}"], self._plan.root)
        told = dict(line.partition("=")[::2] for line in said.out.splitlines())
        return told.get("ActiveState") in RUNNING or told.get("Job", "") not in ("", "0")

    def _asked(self, verb: str, name: str, *options: str) -> None:
        said = run(["systemctl", verb, *options, f"{self._unit}{name}"], self._plan.root)
        if said.status != 0:
            raise Refused(f"systemctl {verb} {self._unit}{name} failed: {said.told}")


SUPERVISORS: dict[str, type[LocalSupervisor] | type[SystemdSupervisor]] = {
    "local": LocalSupervisor,
    "systemd": SystemdSupervisor,
}


def plain_environment() -> dict[str, str]:
    """What a program needs of the surroundings and what says nothing of them."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ", "SSL_CERT_FILE") if name in os.environ}
