"""Where one entity's releases live, and how they are judged: a TOML file, read once."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from deploy.errors import Refused

SIDES = ("blue", "green")
KEEP_AT_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`root`: `releases`, a folder for each commit; links `blue` and `green` to them; environments and records.
    `repository`: the checkout that releases are built from. `environment_file`: settings and secrets of the program,
    NAME=VALUE a line. `ports` of each side's process; `active` and `staging` are the ones that the front answers on.
    `sides_file`: included by the front's configuration. `user`: whom its commands run as; the units' if empty.
    `generators`: how many share argo's symbols; each side has a process for each, and each process a name: the side's
    where there is one, else `blue.1`, `blue.2`, … `keep_releases`: how many folders of releases stay.
    """

    entity: str
    root: Path
    repository: Path
    supervisor: str
    environment_file: Path
    blue_port: int
    green_port: int
    sides_file: Path
    reload: tuple[str, ...]
    nginx_pid: Path
    tests: tuple[str, ...] = ("make", "test")
    lint: tuple[str, ...] = ("make", "lint")
    quality: tuple[str, ...] = ("make", "typecheck")
    user: str = ""
    health_words: tuple[str, ...] = ()
    prometheus: str = ""
    watch_seconds: float = 3600.0
    watch_every_seconds: float = 5.0
    ready_seconds: float = 60.0
    keep_days: int = 7
    keep_releases: int = 5
    generators: int = 1

    def processes(self, side: str) -> tuple[str, ...]:
        """The names of a side's processes, the one that the front is pointed at first."""
        count = self.generators
        return (side,) if count == 1 else tuple(f"{side}.{number}" for number in range(1, count + 1))

    def port(self, process: str) -> int:
        """Where a process listens: the first of a side at the side's port, each further one two above."""
        side, _, number = process.partition(".")
        return {"blue": self.blue_port, "green": self.green_port}[side] + 2 * (int(number or 1) - 1)

    def folder(self, process: str) -> Path:
        """Where the release of a side, or of one of its processes, is found: a link, moved at a switch only."""
        return self.root / process

    def release(self, commit: str) -> Path:
        """Where the release of a commit lies, whichever side runs it."""
        return self.root / "releases" / commit

    def environment(self) -> dict[str, str]:
        """The program's settings, as its service gets them. Raises Refused."""
        try:
            lines = self.environment_file.read_text("utf-8").splitlines()
        except OSError as error:
            raise Refused(f"{self.environment_file}: {error.strerror}: write the settings there") from error
        pairs = [line.partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#")]
        return {name.strip(): value.strip() for name, _, value in pairs}


def other(side: str) -> str:
    """The side that the given one is not."""
    return SIDES[1 - SIDES.index(side)]


def load_plan(path: Path) -> Plan:
    """Raises Refused, one line, for a file that cannot be read, a key that is unknown or missing, a wrong value."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}: name a plan with --plan") from error
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{path} is not TOML: {error}") from error
    known = {field.name: str(field.type) for field in fields(Plan)}
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Refused(f"{path}: unknown key {unknown[0]!r}: known are {', '.join(known)}")
    try:
        plan = Plan(**{name: _value(path.parent, name, known[name], value) for name, value in given.items()})
    except TypeError as error:
        raise Refused(f"{path}: {str(error).partition('() ')[2]}") from error
    _check(path, plan)
    return plan


def _value(base: Path, name: str, kind: str, value: Any) -> Any:
    wanted: Mapping[str, tuple[type, ...]] = {"int": (int,), "float": (int, float)}
    if not isinstance(value, wanted.get(kind, (str,))) or isinstance(value, bool):
        raise Refused(f"{name} is {value!r}: write {'a number' if kind in wanted else 'a text'}")
    if kind == "Path":
        return (base / str(value)).resolve()
    return tuple(shlex.split(str(value))) if kind.startswith("tuple") else value


def _check(path: Path, plan: Plan) -> None:
    from deploy.programs import PROGRAMS
    from deploy.supervisors import SUPERVISORS

    for name, value, allowed in (
        ("entity", plan.entity, sorted(PROGRAMS)),
        ("supervisor", plan.supervisor, sorted(SUPERVISORS)),
    ):
        if value not in allowed:
            raise Refused(f"{path}: {name} is {value!r}: write {' or '.join(allowed)}")
    if plan.keep_releases < KEEP_AT_LEAST:
        raise Refused(f"{path}: keep_releases is {plan.keep_releases}: the active one and the one before make two")
    _check_processes(path, plan)
    if not plan.tests or not plan.lint or not plan.quality:
        raise Refused(f"{path}: tests, lint and quality name programs: a gate that runs nothing is none")


def _check_processes(path: Path, plan: Plan) -> None:
    if plan.blue_port == plan.green_port:
        raise Refused(f"{path}: blue_port and green_port are both {plan.blue_port}: each side needs its own")
    if plan.generators < 1 or (plan.generators > 1 and plan.entity != "argo"):
        raise Refused(f"{path}: generators is {plan.generators}: write 1, or for argo how many share its symbols")
    ports = [plan.port(process) for side in SIDES for process in plan.processes(side)]
    if len(set(ports)) < len(ports):
        raise Refused(f"{path}: {plan.generators} generators of each side take every second port: {ports} meet")
