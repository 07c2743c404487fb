"""Each distribution is built, installed alone in a clean environment and used there, with the other entity absent."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import pytest

from tests.architecture.planted_tree import ROOT
from tests.architecture.test_distributions import DISTRIBUTIONS

pytestmark = [pytest.mark.wheels, pytest.mark.timeout(300)]

UV = Path(sys.executable).with_name("uv")
MIGRATIONS = {"argo-server": "argo", "alpine-web": "alpine"}
ABSENT = {"argo": ("alpine_core", "alpine_web"), "alpine": ("argo_core", "argo_server")}
# Loads every module that works without an extra, and says which of the absent packages can be found all the same.
LOAD_AND_LOOK = """
import importlib.util, pkgutil, {package}
optional = tuple("{package}." + name for name in ("adapters", "client", "testing", "migrations", "wiring.live_"))
for found in pkgutil.walk_packages({package}.__path__, "{package}."):
    if not found.name.startswith(optional):
        __import__(found.name)
print([name for name in {absent} if importlib.util.find_spec(name)])
"""


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """The output of a program that has to succeed; its last words are the message where it does not."""
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME"}}
    found = subprocess.run(
        command, cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=240
    )
    assert found.returncode == 0, found.stderr[-800:]
    return found.stdout


def build(source: Path, target: Path, *options: str) -> None:
    """Build with the pinned build backend of this environment, not with one fetched for the occasion."""
    options = ("--quiet", "--no-build-isolation", "--python", sys.executable, "--out-dir", str(target), *options)
    run(UV, "--system-certs", "build", *options, source, cwd=target.parent, VIRTUAL_ENV=sys.prefix)


def wheel_of(name: str, folder: Path) -> Path:
    """The one wheel of a distribution in a folder."""
    (wheel,) = folder.glob(f"{name.replace('-', '_')}-*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the four wheels, built straight from the tree. No folder had its name before: uv keeps what it took
    out of a wheel by folder and version, and would install that of another tree."""
    target = tmp_path_factory.mktemp("wheels") / f"dist-{uuid.uuid4()}"
    for folder in DISTRIBUTIONS.values():
        build(ROOT / folder, target, "--wheel")
    return target


def install_alone(wheel: Path, wheels: Path, environment: Path) -> Path:
    """A clean environment with one wheel and its pinned dependencies; the path of its interpreter.

    Tried without the network first: a machine that ran `make dev` has every file already.
    """
    run(UV, "venv", "--quiet", "--python", sys.executable, environment, cwd=wheels)
    pins = ROOT / "requirements" / "app.txt"
    command: list[str | Path] = [
        UV,
        "--system-certs",
        "pip",
        "install",
        "--quiet",
        "--find-links",
        wheels,
        "-c",
        pins,
        wheel,
    ]
    try:
        run(*command, "--offline", cwd=wheels, VIRTUAL_ENV=str(environment))
    except AssertionError:
        run(*command, cwd=wheels, VIRTUAL_ENV=str(environment))
    return environment / "bin" / "python"


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_wheel_works_alone(name: str, wheels: Path, tmp_path: Path) -> None:
    python = install_alone(wheel_of(name, wheels), wheels, tmp_path / "venv")
    program = LOAD_AND_LOOK.format(package=name.replace("-", "_"), absent=ABSENT[name.partition("-")[0]])
    assert run(python, "-I", "-c", program, cwd=tmp_path).strip() == "[]"


def test_the_base_install_of_a_core_brings_no_framework(wheels: Path, tmp_path: Path) -> None:
    python = install_alone(wheel_of("argo-core", wheels), wheels, tmp_path / "venv")
    listed = run(UV, "pip", "list", "--format", "freeze", "--python", python, cwd=tmp_path).split()
    names = {line.partition("==")[0] for line in listed} - {"argo-core"}
    brought = {"cffi", "pycparser", "python-dateutil", "six", "typing-extensions", "tzdata"}
    assert {"msgspec", "numpy", "pandas", "cryptography"} <= names
    assert names - {"msgspec", "numpy", "pandas", "cryptography"} <= brought


@pytest.mark.parametrize(("name", "command"), [("argo-server", "argo"), ("alpine-web", "alpine")])
def test_an_installed_command_explains_itself(name: str, command: str, wheels: Path, tmp_path: Path) -> None:
    python = install_alone(wheel_of(name, wheels), wheels, tmp_path / "venv")
    assert run(python.with_name(command), "--help", cwd=tmp_path).startswith(f"Usage: {command} ")


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_wheel_from_the_sdist_holds_what_a_wheel_from_the_tree_holds(name: str, wheels: Path, tmp_path: Path) -> None:
    build(ROOT / DISTRIBUTIONS[name], tmp_path / "dist")
    from_tree = zipfile.ZipFile(wheel_of(name, wheels)).namelist()
    from_sdist = zipfile.ZipFile(wheel_of(name, tmp_path / "dist")).namelist()
    assert sorted(from_sdist) == sorted(from_tree)


@pytest.mark.parametrize(("name", "entity"), MIGRATIONS.items())
def test_the_migrations_travel_in_the_wheel(name: str, entity: str, wheels: Path) -> None:
    package = name.replace("-", "_")
    held = {path for path in zipfile.ZipFile(wheel_of(name, wheels)).namelist() if "/migrations/" in path}
    lineage = ROOT / "migrations" / entity
    files = [path for path in lineage.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert held == {f"{package}/migrations/{path.relative_to(lineage).as_posix()}" for path in files}
    assert held != set()
