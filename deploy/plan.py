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


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`root`: `releases`, a folder for each commit; links `blue` and `green` to them; environments and records.
    `repository`: the checkout that releases are built from. `environment_file`: settings and secrets of the program,
    NAME=VALUE a line. `ports` of each side's process; `active` and `staging` are the ones that the front answers on.
    `sides_file`: included by the front's configuration. `user`: whom its commands run as; the units' if empty.
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

    def port(self, side: str) -> int:
        """Where the process of a side listens."""
        return {"blue": self.blue_port, "green": self.green_port}[side]

    def folder(self, side: str) -> Path:
        """Where the release of a side is found: a link, moved at a switch only."""
        return self.root / side

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
    if plan.blue_port == plan.green_port:
        raise Refused(f"{path}: blue_port and green_port are both {plan.blue_port}: each side needs its own")
    if not plan.tests or not plan.lint or not plan.quality:
        raise Refused(f"{path}: tests, lint and quality name programs: a gate that runs nothing is none")
