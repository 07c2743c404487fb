"""Sources that other packages bring: really installed for the process that finds them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from tests.argo.server.processes import ArgoFolder

MODULE = """
import numpy as np
from argo_core.sources import source

def last_move(bars):
    move = np.sign(np.diff(bars.close, prepend=bars.close[:1]))
    return move, np.full(len(bars), 99.0)

mine = source("last_move", group="technical", weight=0.25)(last_move)
broken = source("broken", group="technical", weight=0.25)(lambda bars: 1 / 0)
no_source = 42
"""
OFFERS = """[argo_core.sources]
last_move = someone_elses_package:mine
broken = someone_elses_package:broken
no_source = someone_elses_package:no_source
gone = a_module_that_is_gone:it
"""


@pytest.fixture(name="installed")
def site_with_a_package(argo: ArgoFolder, tmp_path: Path) -> ArgoFolder:
    """`argo` in an environment where a package of somebody else is installed."""
    site = tmp_path / "site"
    metadata = site / "someone_elses_package-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "someone_elses_package.py").write_text(MODULE)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: someone-elses-package\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(OFFERS)
    return argo.with_environment(PYTHONPATH=str(site))


def configure(folder: ArgoFolder, **extra: float) -> None:
    document = msgspec.json.decode(folder.config.read_bytes())
    folder.config.write_bytes(msgspec.json.encode({**document, "data_sources": {"extra": extra}}))


def test_a_source_of_another_package_votes_in_its_group(installed: ArgoFolder) -> None:
    configure(installed, last_move=0.25)
    done = installed.run("cycle", "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)["record"]
    votes = [vote for decision in record["decisions"] for vote in decision["votes"] if vote["source"] == "last_move"]
    assert votes
    assert {(vote["group"], vote["confidence"], vote["weight"]) for vote in votes} == {("technical", 99.0, 0.25)}
    assert any(vote["chosen"] for vote in votes)


def test_a_source_that_raises_is_absent_and_the_cycle_goes_on(installed: ArgoFolder) -> None:
    configure(installed, broken=0.25)
    record = json.loads(installed.run("cycle", "--json").stdout)["record"]
    reasons = {
        absent["reason"]
        for decision in record["decisions"]
        for absent in decision["absences"]
        if absent["source"] == "broken"
    }
    assert reasons == {"vendor error"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("unheard_of", "choose from: broken, gone, last_move, no_source"),
        ("no_source", "make it with @source"),
        ("gone", "mend its package"),
    ],
)
def test_a_name_that_gives_no_source_is_one_line(installed: ArgoFolder, name: str, hint: str) -> None:
    configure(installed, **{name: 0.25})
    done = installed.run("config", "check")
    assert (done.returncode, hint in done.stderr, "Traceback" in done.stderr) == (1, True, False)
