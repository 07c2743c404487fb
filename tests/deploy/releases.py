"""Releases made of shell scripts, for rules about which one runs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from deploy.plan import Plan, load_plan
from deploy.programs import PROGRAMS
from tests.deploy.front import ROOT


def made_plan(folder: Path, entity: str = "argo") -> Plan:
    """The example's plan with everything in `folder`; the front is told by a program that always agrees."""
    file = folder / "deploy.toml"
    file.write_text((ROOT / "deploy" / "environment" / f"{entity}-deploy.toml.example").read_text())
    settings = folder / "settings.env"
    settings.write_text("NAME=value\n")
    settings.chmod(0o600)
    return dataclasses.replace(
        load_plan(file),
        root=folder / "root",
        repository=ROOT,
        supervisor="local",
        environment_file=settings,
        sides_file=folder / "sides.conf",
        reload=("true",),
        nginx_pid=folder / "nginx.pid",
        prometheus="",
        watch_seconds=0.0,
        ready_seconds=2.0,
    )


def made_release(plan: Plan, commit: str, script: str = "exit 0\n") -> Path:
    """The release of a commit, whose program is a shell script."""
    folder = plan.release(commit)
    command = folder / "bin" / PROGRAMS[plan.entity].name
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\n{script}")
    command.chmod(0o755)
    (folder / "code").mkdir()
    (folder / "release.json").write_text(json.dumps({"commit": commit, "files": 1}))
    return folder
