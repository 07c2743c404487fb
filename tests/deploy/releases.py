"""Releases of a small program, a repository and a plan for them: for rules about what a deployment does when."""

from __future__ import annotations

import dataclasses
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from deploy.plan import Plan, load_plan
from deploy.programs import PROGRAMS
from tests.deploy.front import ROOT
from tests.deploy.stage import GIT
from tests.ports import ports_in_a_row

SMALL = Path(__file__).with_name("small_program.py")


def made_plan(folder: Path, entity: str = "alpine") -> Plan:
    """The example's plan with everything in `folder`; the front is told by a program that always agrees."""
    file = folder / "deploy.toml"
    file.write_text((ROOT / "deploy" / "environment" / f"{entity}-deploy.toml.example").read_text())
    settings = folder / "settings.env"
    settings.write_text("NAME=value\n")
    settings.chmod(0o600)
    blue, green = ports_in_a_row(2)
    return dataclasses.replace(
        load_plan(file),
        root=folder / "root",
        repository=folder / "repository",
        supervisor="local",
        environment_file=settings,
        blue_port=blue,
        green_port=green,
        sides_file=folder / "sides.conf",
        reload=("true",),
        nginx_pid=folder / "nginx.pid",
        tests=("true",),
        lint=("true",),
        quality=("true",),
        prometheus="",
        watch_seconds=0.0,
        watch_every_seconds=0.01,
        ready_seconds=30.0,
    )


def pins_of(entity: str) -> bytes:
    """What pins an entity's packages, one file after the other."""
    return b"".join((ROOT / file).read_bytes() for file in PROGRAMS[entity].requirements)


def made_release(plan: Plan, commit: str) -> Path:
    """The release of a commit: the small program."""
    folder = plan.release(commit)
    command = folder / "bin" / PROGRAMS[plan.entity].name
    command.parent.mkdir(parents=True)
    command.write_text(SMALL.read_text().replace("/usr/bin/python3", sys.executable))
    command.chmod(0o755)
    (folder / "code").mkdir()
    (folder / "venv" / "bin").mkdir(parents=True)
    (folder / "venv" / "bin" / "python").symlink_to(command)
    (folder / "release.json").write_text(json.dumps({"commit": commit, "files": 1}))
    return folder


def made_commit(plan: Plan) -> str:
    """One more commit of the plan's repository, that reaches the entity, and its release."""
    file = plan.repository / PROGRAMS[plan.entity].scope[0] / "README.md"
    environment = {**os.environ, **GIT}
    if not file.exists():
        file.parent.mkdir(parents=True)
        subprocess.run(["git", "init", "-q"], cwd=plan.repository, env=environment, check=True)
    with file.open("a") as written:
        written.write("A line.\n")
    for words in (["add", "-A"], ["commit", "-q", "-m", "a change"]):
        subprocess.run(["git", *words], cwd=plan.repository, env=environment, check=True)
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=plan.repository, capture_output=True, text=True, check=True)
    commit = said.stdout.strip()
    made_release(plan, commit)
    return commit


def pairs_of_ports(count: int) -> tuple[int, int]:
    """A port for each side whose every second one after it is free as well, for `count` processes of each side."""
    while True:
        (blue,) = ports_in_a_row(1)
        if all(_is_free(port) for port in range(blue, blue + 2 * count)):
            return blue, blue + 1


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
