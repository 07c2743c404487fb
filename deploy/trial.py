"""A release tried out apart from both sides: on a database of its own, and on a copy of the real one."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from deploy.commands import TOLD_CHARACTERS, Said, run
from deploy.errors import Refused
from deploy.health import Check, ask, first_fault, is_whole, judged
from deploy.plan import Plan
from deploy.programs import PROGRAMS, trial_environment
from deploy.service_user import as_service, give_to_service, home_of_service
from deploy.supervisors import plain_environment

LOOK_AGAIN_SECONDS = 0.05
END_SECONDS = 20.0
RESTORED = Path(__file__).with_name("restored")


def try_release(plan: Plan, release: Path) -> tuple[Check, ...]:
    """The checks of a process of the release that starts on an empty database, at a port that nobody is sent to: that
    of the idle side stands by for the active one. Raises Refused with the first fault."""
    program, port = PROGRAMS[plan.entity], _free_port()
    command = release / "bin" / program.name
    logs = plan.root / "trials"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{release.name[:12]}.log"
    with tempfile.TemporaryDirectory(prefix="trial-") as scratch:
        environment = {**plain_environment(), **trial_environment(program, Path(scratch))}
        environment = home_of_service(plan, environment)
        give_to_service(plan, Path(scratch))
        said = run(as_service(plan, [command, "db", "upgrade"]), Path(scratch), environment)
        if said.status != 0:
            raise Refused(f"the release cannot make its database: {said.told}")
        words = as_service(plan, [command, "serve", "--port", str(port)])
        with log.open("wb") as writing:
            process = subprocess.Popen(words, cwd=scratch, env=environment, stdout=writing, stderr=writing)
        try:
            return _whole(plan, port, process, log)
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def last_line(log: Path) -> str:
    """The end of a log as one line; what to do where it says nothing."""
    lines = log.read_text("utf-8", errors="replace").split("\n")
    return next((line.strip()[-TOLD_CHARACTERS:] for line in reversed(lines) if line.strip()), "its log is empty")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _whole(plan: Plan, port: int, process: subprocess.Popen[bytes], log: Path) -> tuple[Check, ...]:
    until = time.monotonic() + plan.ready_seconds
    while True:
        if process.poll() is not None:
            raise Refused(f"the release does not start: {last_line(log)} ({log})")
        checks = tuple(
            check
            for check in judged(plan.entity, ask(port, PROGRAMS[plan.entity].health_path))
            if check.name.partition(" ")[0] not in ("status", "receiver")  # a trial has nobody to deliver to
        )
        if is_whole(checks):
            return checks
        if time.monotonic() > until:
            raise Refused(f"the release did not become whole: {first_fault(checks)}")
        time.sleep(LOOK_AGAIN_SECONDS)


def check_settings(plan: Plan, release: Path) -> None:
    """The release takes the real settings. Raises Refused in the program's own words."""
    said = _asked(plan, release, *PROGRAMS[plan.entity].settings_check)
    if said.status != 0:
        raise Refused(f"the release does not take the settings of {plan.environment_file}: {said.told}")


def back_up(plan: Plan, release: Path) -> str:
    """The name of a backup of the real database, taken and looked at by a release. Raises Refused."""
    said = _asked(plan, release, "backup", "--json")
    try:
        told = json.loads(said.out)
        name = str(told["backup"]["name"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"no backup was taken: {said.told}") from error
    if said.status != 0:
        raise Refused(f"the backup {name} is not kept as it should be: {said.told}")
    return name


def restore_copy(plan: Plan, release: Path, backup: str) -> str:
    """How a release reads the real rows: the backup restored, upgraded and looked at by its own code in the scratch
    place that the daily backup is tried in, of the same kind of database. Raises Refused for a finding."""
    look = (RESTORED / f"{plan.entity}.py").read_text("utf-8")
    said = _as_release(plan, [release / "venv" / "bin" / "python", "-I", "-c", look, backup])
    try:
        findings = list(json.loads(said.out)["findings"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"the release cannot restore {backup}: {said.told}") from error
    if findings:
        raise Refused(f"the release finds fault with {backup}: {findings[0]}")
    return f"{backup} was restored and looked at by the new release"


def upgrade_database(plan: Plan, release: Path) -> None:
    """The schema of the release, while the former one works: migrations only add. Raises Refused."""
    said = _asked(plan, release, "db", "upgrade")
    if said.status != 0:
        raise Refused(f"the database was not upgraded: {said.told}")


def _asked(plan: Plan, release: Path, *words: str) -> Said:
    return _as_release(plan, [release / "bin" / PROGRAMS[plan.entity].name, *words])


def _as_release(plan: Plan, words: list[str | Path]) -> Said:
    environment = home_of_service(plan, {**plain_environment(), **plan.environment()})
    return run(as_service(plan, words), plan.root, environment)
