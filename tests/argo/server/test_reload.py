"""Settings that change while a generator runs: what takes effect, what waits, and a bad file that changes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from argo_core.errors import ConfigError, StoreError
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT
from argo_server.jobs.reloading import reloading
from argo_server.reloading import Reloader
from argo_server.settings import Settings, load_settings
from argo_server.settings.reload import Reread, reread, rules_in_force
from tests.argo.server.processes import ArgoFolder, stop, wait_until


def written(path: Path, document: dict[str, Any]) -> Settings:
    path.write_text(json.dumps(document))
    return load_settings({"ARGO_CONFIG": str(path)})


@pytest.mark.parametrize(
    ("document", "changed", "waiting"),
    [
        ({}, (), ()),
        ({"signal_generation": {"min_confidence": 70}}, ("signal_generation.min_confidence",), ()),
        ({"signal_generation": {"symbols": ["AAPL"]}}, ("signal_generation.symbols",), ()),
        ({"data_sources": {"weights": {"sonar": 0.14}}}, ("data_sources.weights",), ()),
        ({"massive": {"calls_per_second": 2}}, ("massive.calls_per_second",), ()),
        ({"server": {"port": 7111}}, (), ("server.port",)),
        ({"data_sources": {"extra": {"example": 0.05}}}, (), ("data_sources.extra",)),
        ({"alpha_vantage": {"calls_per_second": 1}}, (), ("alpha_vantage.calls_per_second",)),
        (
            {"consensus": {"min_coverage": 0.6, "max_staleness_seconds": 100}},
            ("consensus.min_coverage",),
            ("consensus.max_staleness_seconds",),
        ),
    ],
)
def test_weights_thresholds_symbols_and_limits_change_and_the_rest_waits(
    tmp_path: Path, document: dict[str, Any], changed: tuple[str, ...], waiting: tuple[str, ...]
) -> None:
    running = written(tmp_path / "config.json", {})
    (tmp_path / "config.json").write_text(json.dumps(document))
    found = reread(running, {})
    assert (found.changed, found.waiting) == (changed, waiting)
    assert found.settings.file.server.port == 7999


def test_a_further_sources_weight_changes_and_another_source_waits(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    running = written(path, {"data_sources": {"extra": {"example": 0.05}}})
    path.write_text(json.dumps({"data_sources": {"extra": {"example": 0.1}}}))
    found = reread(running, {})
    assert (found.changed, found.waiting) == (("data_sources.extra",), ())
    assert found.settings.file.data_sources.extra == {"example": 0.1}
    path.write_text(json.dumps({"data_sources": {"extra": {"example": 0.1, "other": 0.1}}}))
    found = reread(running, {})
    assert (found.changed, found.waiting) == ((), ("data_sources.extra",))
    assert found.settings.file.data_sources.extra == {"example": 0.05}


def test_without_a_file_there_is_nothing_to_read_again() -> None:
    with pytest.raises(ConfigError, match="ARGO_CONFIG"):
        reread(load_settings({}), {})


def test_the_rules_in_force_are_one_line_each_and_the_same_for_the_same_settings(tmp_path: Path) -> None:
    text = rules_in_force(written(tmp_path / "config.json", {}).file)
    assert "signal_generation.min_confidence = 60.0\n" in text
    assert text == rules_in_force(load_settings({}).file)
    assert text != rules_in_force(written(tmp_path / "c.json", {"consensus": {"min_coverage": 0.6}}).file)


class Rig:
    """A reloader of a real file that notes what it takes over."""

    def __init__(self, path: Path) -> None:
        self.running, self.taken = written(path, {}), list[tuple[str, ...]]()
        self.reloader = Reloader(path, lambda: reread(self.running, {}), self.take_over, FixedClock(MOMENT))

    async def take_over(self, fresh: Reread) -> None:
        if fresh.settings.file.signal_generation.min_confidence > 99:
            raise ConfigError("signal_generation.min_confidence: nothing reaches that")
        self.taken.append(fresh.changed)
        self.running = fresh.settings


async def test_a_good_file_is_taken_over_once(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "config.json")
    assert not rig.reloader.has_changed()
    written(tmp_path / "config.json", {"signal_generation": {"min_confidence": 70}})
    assert rig.reloader.has_changed()
    status = await rig.reloader.reload()
    assert (status.changed, status.error, rig.reloader.has_changed()) == (
        ("signal_generation.min_confidence",), None, False,
    )  # fmt: skip
    await rig.reloader.reload()
    assert (rig.taken, rig.reloader.done) == ([("signal_generation.min_confidence",)], 1)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"signal_generation": {"min_confidence": 170}}',
        '{"signal_generation": {"min_confidenze": 70}}',
        '{"signal_generation": {"symbols": []}}',
        '{"signal_generation": {"min_confidence": 99.5}}',
        None,
    ],
)
async def test_a_bad_file_changes_nothing_and_is_told_in_one_line(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "config.json"
    rig = Rig(path)
    if text is None:
        path.unlink()
    else:
        path.write_text(text)
    status = await rig.reloader.reload()
    assert status.error is not None
    assert "\n" not in status.error
    assert (rig.taken, rig.reloader.refused, rig.reloader.done) == ([], 1, 0)


async def test_a_good_file_that_the_database_could_not_take_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    rig = Rig(path)
    down = [StoreError("the database is locked: try again later")]

    async def take_over(fresh: Reread) -> None:
        if down:
            raise down[0]
        await rig.take_over(fresh)

    reloader = Reloader(path, lambda: reread(rig.running, {}), take_over, FixedClock(MOMENT))
    written(path, {"consensus": {"min_coverage": 0.6}})
    status = await reloader.reload()
    assert (status.error, reloader.refused) == ("the database is locked: try again later", 1)
    assert reloader.has_changed()
    down.clear()
    async with reloading(reloader, watch_seconds=0.001, by_signal=False), asyncio.timeout(10):
        while not rig.taken:
            await asyncio.sleep(0.001)
    assert (rig.taken, reloader.has_changed()) == ([("consensus.min_coverage",)], False)


async def test_in_a_thread_of_somebody_elses_process_the_file_is_watched_without_its_signals(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "config.json")

    async def watched() -> None:
        async with reloading(rig.reloader, watch_seconds=0.001, by_signal=False), asyncio.timeout(10):
            written(tmp_path / "config.json", {"consensus": {"min_coverage": 0.6}})
            while not rig.taken:
                await asyncio.sleep(0.001)

    await asyncio.to_thread(asyncio.run, watched())
    assert rig.taken == [("consensus.min_coverage",)]


async def test_a_signal_reads_the_file_and_the_end_waits_for_nobody(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "config.json")
    async with reloading(rig.reloader, watch_seconds=600.0):
        written(tmp_path / "config.json", {"consensus": {"min_coverage": 0.6}})
        os.kill(os.getpid(), signal.SIGHUP)
        async with asyncio.timeout(10):
            while not rig.taken:
                await asyncio.sleep(0)
    assert rig.taken == [("consensus.min_coverage",)]


def changed_config(argo: ArgoFolder, **generation: object) -> None:
    document = json.loads(argo.config.read_text())
    document["signal_generation"] |= generation
    argo.config.write_text(json.dumps(document))


@pytest.mark.timeout(120)
def test_a_running_generator_takes_over_a_threshold_logs_it_and_refuses_a_bad_file(argo: ArgoFolder) -> None:
    process = argo.serve()

    def newest_threshold() -> float | None:
        items = argo.get("/api/v1/decisions?limit=1")["items"] if len(argo.stored_cycles()) > 1 else []
        return items[0]["threshold"] if items else None

    def page(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{argo.port}{path}", timeout=5) as answer:
            text: str = answer.read().decode()
            return text

    try:
        wait_until(lambda: newest_threshold() == 60.0, process)
        changed_config(argo, min_confidence=71.0)
        wait_until(lambda: newest_threshold() == 71.0, process)
        assert "signal_generation.min_confidence = 71.0" in page("/api/v1/ledger/policies/settings")
        assert logged_policies(argo) == {"methodology", "costs", "settings"}
        changed_config(argo, min_confidence=710.0)
        wait_until(lambda: "refused" in page("/sources"), process)
        process.send_signal(signal.SIGHUP)
        cycles = len(argo.stored_cycles())
        wait_until(lambda: len(argo.stored_cycles()) > cycles, process)
        assert newest_threshold() == 71.0
    finally:
        assert stop(process) == 0


def logged_policies(argo: ArgoFolder) -> set[str]:
    """The texts whose hashes the log holds."""
    with closing(sqlite3.connect(f"file:{argo.database}?mode=ro", uri=True)) as connection:
        return {row[0] for row in connection.execute("SELECT subject FROM log_fact WHERE kind = 'policy'")}


def test_whoever_never_changes_the_rules_of_a_running_process_has_no_entry_of_them(argo: ArgoFolder) -> None:
    assert argo.run("cycle").returncode == 0
    changed_config(argo, min_confidence=72.0)
    assert argo.run("cycle").returncode == 0
    assert logged_policies(argo) == {"methodology", "costs"}
