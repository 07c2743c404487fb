"""The program's commands run as the user of its service."""

from __future__ import annotations

import dataclasses
import os
import pwd
import tempfile
from pathlib import Path

import pytest

from deploy.commands import run
from deploy.errors import Refused
from deploy.plan import Plan
from deploy.service_user import as_service, give_to_service, service_user
from deploy.trial import upgrade_database
from tests.deploy.releases import made_plan

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(name="plan")
def plan_of_nobody(tmp_path: Path) -> Plan:
    return dataclasses.replace(made_plan(tmp_path), user="nobody")


def test_under_systemd_it_is_the_user_of_the_units_and_elsewhere_whoever_calls(plan: Plan) -> None:
    assert service_user(dataclasses.replace(plan, supervisor="systemd", user="")) == "alpine"
    assert service_user(dataclasses.replace(plan, user="")) == ""
    assert as_service(dataclasses.replace(plan, user=""), ["true"]) == ["true"]


@ROOT_ONLY
def test_a_command_of_root_s_runs_as_that_user_and_writes_as_that_user(plan: Plan) -> None:
    assert run(as_service(plan, ["id", "-un"]), Path("/")).out == "nobody\n"
    plan.root.mkdir()
    give_to_service(plan, plan.root)
    assert plan.root.owner() == "nobody"


@ROOT_ONLY
def test_a_schema_is_upgraded_by_that_user(plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:  # where anybody may look, unlike a test's own folder
        release = Path(folder)
        release.chmod(0o755)
        (release / "bin").mkdir()
        command = release / "bin" / "alpine"
        command.write_text('#!/bin/sh\necho "it is $(id -un) at $HOME" >&2\nexit 1\n')
        command.chmod(0o755)
        with pytest.raises(Refused, match=f"it is nobody at {pwd.getpwnam('nobody').pw_dir}"):
            upgrade_database(dataclasses.replace(plan, root=release), release)


def test_a_user_that_there_is_not_is_refused(plan: Plan) -> None:
    with pytest.raises(Refused, match="there is no user no-such-user: useradd --system no-such-user"):
        as_service(dataclasses.replace(plan, user="no-such-user"), ["true"])
