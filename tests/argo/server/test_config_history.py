"""Settings that were accepted: kept with time, hash and who, and put back; a refused file is told to a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from argo_core.model.configuration import Cause
from argo_core.pipeline.keep_configuration import ConfigurationKeeper
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_configurations import MemoryConfigurations
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.sample_cycles import MOMENT
from argo_server.reloading import Reloader
from argo_server.settings import load_settings
from argo_server.settings.reload import Reread, reread
from tests.argo.server.in_process import InProcess
from tests.argo.server.processes import ArgoFolder, stop, wait_until


class Rig:
    """A reloader of a real file whose accepted settings and alerts are kept in memory."""

    def __init__(self, path: Path) -> None:
        self.path, self.log, self.notifier, clock = path, MemoryConfigurations(), MemoryNotifier(), FixedClock(MOMENT)
        self.write({})
        self.running = load_settings({"ARGO_CONFIG": str(path)})
        keeper = ConfigurationKeeper(self.log, str(path), clock)

        async def keep(fresh: Reread) -> None:
            await keeper.keep(fresh.settings.written, Cause.CHANGE, "ada")

        self.keeper = keeper
        self.reloader = Reloader(
            path, lambda: reread(self.running, {}), self.take_over, clock, keep=keep, notifier=self.notifier
        )

    async def take_over(self, fresh: Reread) -> None:
        self.running = fresh.settings

    def write(self, document: dict[str, Any]) -> None:
        self.path.write_text(json.dumps(document))


async def test_what_takes_effect_and_what_waits_are_both_kept_with_their_keys_and_no_secret(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "config.json")
    await rig.keeper.keep(rig.running.written, Cause.START, "ada")
    rig.write({"signal_generation": {"min_confidence": 70}})
    await rig.reloader.reload()
    rig.write(
        {"signal_generation": {"min_confidence": 70}, "server": {"port": 7111}, "massive": {"api_key": "hush-hush"}}
    )
    await rig.reloader.reload()
    await rig.reloader.reload()
    assert [(one.cause.value, one.changed) for one in rig.log.kept] == [
        ("start", ()),
        ("change", ("signal_generation.min_confidence",)),
        ("change", ("massive.api_key", "server.port")),
    ]
    assert rig.log.kept[2].document == (
        '{"massive":{"api_key":"••••"},"server":{"port":7111},"signal_generation":{"min_confidence":70}}'
    )
    assert "hush-hush" not in repr(rig.log.kept)


async def test_a_refused_file_is_no_configuration_and_an_alert_that_ends_with_the_next_good_one(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "config.json")
    rig.write({"signal_generation": {"min_confidence": 170}})
    await rig.reloader.reload()
    alert = rig.notifier.matters["settings-file"]
    assert (alert.resolved, alert.runbook, rig.log.kept) == (False, "config_refused", [])
    assert "signal_generation.min_confidence" in alert.message
    rig.write({"signal_generation": {"min_confidence": 70}})
    await rig.reloader.reload()
    assert rig.notifier.matters["settings-file"].resolved


async def test_a_good_file_alone_alerts_nobody(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "config.json")
    rig.write({"signal_generation": {"min_confidence": 70}})
    await rig.reloader.reload()
    assert rig.notifier.matters == {}


def changed(path: Path, section: str, **values: object) -> None:
    document = json.loads(path.read_text())
    document[section] = {**document.get(section, {}), **values}
    path.write_text(json.dumps(document))


def listed(argo: InProcess) -> list[dict[str, Any]]:
    done = argo.run("config", "history", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.timeout(120)
def test_a_running_generator_keeps_its_settings_and_takes_over_those_that_are_put_back(argo: ArgoFolder) -> None:
    here = InProcess(argo)
    changed(argo.config, "notion", api_key="key-of-the-first-day")
    process = argo.serve()
    try:
        wait_until(lambda: len(argo.stored_cycles()) > 1, process)
        changed(argo.config, "signal_generation", min_confidence=71.0)
        wait_until(lambda: len(listed(here)) == 2, process)
        changed(argo.config, "notion", api_key="key-of-the-second-day")
        done = here.run("config", "rollback", "--by", "grace")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("configuration 1 of ")
        assert json.loads(argo.config.read_text())["notion"] == {"api_key": "key-of-the-second-day"}
        wait_until(lambda: argo.get("/api/v1/decisions?limit=1")["items"][0]["threshold"] == 60.0, process)
    finally:
        assert stop(process) == 0
    first, second, back = reversed(listed(here))
    assert [(each["cause"], each["changed"]) for each in (first, second, back)] == [
        ("start", []),
        ("change", ["signal_generation.min_confidence"]),
        ("rollback", ["signal_generation.min_confidence"]),
    ]
    assert (back["by"], back["sha256"], second["by"]) == ("grace", first["sha256"], argo.config.owner())
    assert "-day" not in json.dumps(listed(here))


def test_going_back_over_a_broken_file_wants_force_where_secrets_would_be_lost_and_keeps_it(argo: ArgoFolder) -> None:
    here = InProcess(argo)
    changed(argo.config, "notion", api_key="hush-hush-hush")
    assert here.run("cycle").returncode == 0
    argo.config.chmod(0o660)
    broken = argo.config.read_text()[:-1] + ",}"
    argo.config.write_text(broken)
    lost = here.run("config", "rollback", "1")
    assert (lost.returncode, lost.stderr.endswith("set ARGO_DATABASE_URL to the database of its history\n")) == (
        1,
        True,
    )
    here = here.with_environment(ARGO_DATABASE_URL=f"sqlite+aiosqlite:///{argo.database}")
    refused = here.run("config", "rollback", "1")
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        f"Error: {argo.config} lacks notion.api_key, or cannot be read: it stays as it is; mend it, or go back without "
        "them: --force\n",
    )
    assert (argo.config.read_text(), sorted(argo.folder.glob("config.json*"))) == (broken, [argo.config])
    done = here.run("config", "rollback", "1", "--force")
    assert (done.returncode, done.stderr) == (0, "")
    assert "the replaced file is config.json.replaced-1 beside it" in done.stdout
    assert "the file holds no value for notion.api_key: set them" in done.stdout
    assert here.run("config", "check").returncode == 0
    kept = argo.folder / "config.json.replaced-1"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == (broken, 0o600)
    assert argo.config.stat().st_mode & 0o777 == 0o660


def test_what_cannot_be_gone_back_to_is_one_line_and_the_file_stays(argo: ArgoFolder) -> None:
    here = InProcess(argo)
    assert here.run("cycle").returncode == 0
    before = argo.config.read_bytes()
    alone, unknown = here.run("config", "rollback"), here.run("config", "rollback", "9")
    assert [(each.returncode, each.stderr) for each in (alone, unknown)] == [
        (1, "Error: nothing was accepted before what is in force: name a number\n"),
        (1, "Error: no configuration has the number 9: see argo config history\n"),
    ]
    assert argo.config.read_bytes() == before
