"""The example package of a third party: its own tests pass, and installed for real it votes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.argo.server.processes import ArgoFolder

PACKAGE = Path(__file__).parents[3] / "examples" / "third_party_source"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and nothing else, as `pip install --target` leaves it."""
    target = tmp_path_factory.mktemp("example") / "site"
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--target", str(target)]
    command = [str(BIN / "uv"), "pip", "install", *options, str(PACKAGE)]
    environment = {**os.environ, "VIRTUAL_ENV": sys.prefix}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-800:]
    return target


def test_its_own_tests_pass_against_the_installed_package(site: Path, tmp_path: Path) -> None:
    known = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
    options = ["-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"]
    places = ["-c", os.devnull, "--rootdir", str(tmp_path), "-p", "no:cacheprovider", str(PACKAGE / "tests")]
    command = [sys.executable, "-m", "pytest", "-q", *options, *places]
    environment = {**os.environ, "PYTHONPATH": known, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "12 passed" in done.stdout


def test_installed_it_votes_in_its_group(site: Path, argo: ArgoFolder) -> None:
    installed = argo.with_environment(PYTHONPATH=str(site))
    document = msgspec.json.decode(installed.config.read_bytes())
    extra = {"extra": {"channel_breakout": 0.25}}
    installed.config.write_bytes(msgspec.json.encode({**document, "data_sources": extra}))
    checked = installed.run("config", "check")
    assert checked.returncode == 0, checked.stderr
    done = installed.run("cycle", "--json")
    assert done.returncode == 0, done.stderr
    votes = [
        vote
        for decision in json.loads(done.stdout)["record"]["decisions"]
        for vote in decision["votes"]
        if vote["source"] == "channel_breakout"
    ]
    assert len(votes) == 6
    assert {(vote["group"], vote["weight"]) for vote in votes} == {("technical", 0.25)}
