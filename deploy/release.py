"""A release: wheels built from one commit, unpacked into a folder of that commit's with an interpreter of its own."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from deploy.commands import Said, run
from deploy.errors import Refused
from deploy.plan import SIDES, Plan
from deploy.programs import PROGRAMS
from deploy.sides import replace_file

NEVER = Path(__file__).with_name("never_deployed.txt")
COMMAND = Path(__file__).with_name("released_command.py")
MARKER = "release.json"
UNPACKED_AT = 1_600_000_000
"""The time of every file: what is compiled of one file holds for the same file in another release."""


def never_deployed() -> tuple[str, ...]:
    """The patterns of the list."""
    lines = [line.strip() for line in NEVER.read_text("utf-8").splitlines()]
    return tuple(line for line in lines if line and not line.startswith("#"))


def is_shipped(path: str) -> bool:
    """Whether a path of a wheel belongs into a release."""
    return not any(fnmatch.fnmatchcase(part, pattern) for part in Path(path).parts for pattern in never_deployed())


def released_commit(plan: Plan, side: str) -> str | None:
    """The commit that a side holds, None where it holds no whole release."""
    try:
        return str(json.loads((plan.folder(side) / MARKER).read_text())["commit"])
    except (OSError, ValueError, KeyError):
        return None


def build_wheels(plan: Plan, commit: str, target: Path) -> tuple[Path, ...]:
    """The wheels of the commit, not of the folder as it happens to be. Raises Refused."""
    with tempfile.TemporaryDirectory(prefix="release-") as scratch:
        archive = Path(scratch) / "tree.tar"
        program = PROGRAMS[plan.entity]
        parts = [*program.distributions, program.migrations.rpartition("/")[0]]
        said = run(["git", "archive", "--output", archive, commit, *parts], plan.repository)
        if said.status != 0:
            raise Refused(f"the commit {commit} cannot be read: {said.told}")
        tree = Path(scratch) / "tree"
        tree.mkdir()
        said = run(["tar", "--extract", "--file", archive, "--directory", tree], plan.repository)
        if said.status != 0:
            raise Refused(f"the commit {commit} cannot be unpacked: {said.told}")
        for folder in program.distributions:
            said = run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target], tree / folder)
            if said.status != 0:
                raise Refused(f"building {folder} failed: {said.told}")
    return tuple(sorted(target.glob("*.whl")))


def installed_files(plan: Plan, commit: str) -> int | None:
    """How many files the whole release of a commit holds; None where there is none. It is never written again: a
    process may run it."""
    try:
        return int(json.loads((plan.release(commit) / MARKER).read_text())["files"])
    except (OSError, ValueError, KeyError):
        return None


def install(plan: Plan, commit: str, wheels: Iterable[Path]) -> int:
    """Make the release of a commit in a folder of its own; how many files it holds. No side is touched. Whole when its
    marker is there, which is written last; what a crash left half made is made again.

    The packages of others lie in an environment that is named for the file that pins them, and shared by releases.
    """
    folder = plan.release(commit)
    if folder.exists():
        shutil.rmtree(folder)
    code = folder / "code"
    count = sum(_unpack(wheel, code) for wheel in wheels)
    for side in SIDES:
        _reuse_compiled(plan.folder(side).resolve() / "code", code)
    packages = _environment(plan, commit)
    _interpreter(folder, (code, packages))
    if plan.supervisor == "systemd":  # its services cannot write there; elsewhere what is used is compiled by itself
        _compile(folder, code)
    program = PROGRAMS[plan.entity]
    command = folder / "bin" / program.name
    command.parent.mkdir()
    run_it = f"\n\nrun({program.entry!r}, {program.serving!r})\n"
    command.write_text(f"#!{folder}/venv/bin/python\n{COMMAND.read_text('utf-8')}{run_it}")
    command.chmod(0o755)
    replace_file(folder / MARKER, json.dumps({"commit": commit, "files": count, "packages": str(packages)}) + "\n")
    return count


def _unpack(wheel: Path, code: Path) -> int:
    with zipfile.ZipFile(wheel) as packed:
        names = [name for name in packed.namelist() if is_shipped(name)]
        packed.extractall(code, names)
    for name in names:
        os.utime(code / name, (UNPACKED_AT, UNPACKED_AT))
    return len(names)


def _compile(folder: Path, code: Path) -> None:
    said = run([folder / "venv" / "bin" / "python", "-m", "compileall", "-q", "-j", "2", code], folder)
    if said.status != 0:
        raise Refused(f"the release does not compile: {said.told}")


def _reuse_compiled(compiled: Path, code: Path) -> None:
    """Takes from a release that a side runs what was compiled of files that are the same here, byte for byte."""
    for made in compiled.rglob("*.pyc"):
        inside = made.parent.parent.relative_to(compiled) / f"{made.name.partition('.')[0]}.py"
        here, there = code / inside, compiled / inside
        if here.exists() and there.exists() and here.read_bytes() == there.read_bytes():
            target = code / made.relative_to(compiled)
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(made, target)


def _interpreter(folder: Path, paths: Iterable[Path]) -> None:
    """One that sees the release and the pinned packages, and nothing else: packages of a checkout do not leak in."""
    said = run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], folder)
    if said.status != 0:
        raise Refused(f"making an interpreter in {folder} failed: {said.told}")
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "release.pth").write_text("".join(f"{path}\n" for path in paths))


def environment_name(requirements: bytes) -> str:
    """The name of the environment that files of pins ask for, one after the other."""
    return hashlib.sha256(requirements).hexdigest()[:16]


def _environment(plan: Plan, commit: str) -> Path:
    """The folder of the pinned packages, installed where they are not there yet. Raises Refused."""
    pins = []
    for file in PROGRAMS[plan.entity].requirements:
        shown = run(["git", "show", f"{commit}:{file}"], plan.repository)
        if shown.status != 0:
            raise Refused(f"{file} is not in {commit}: {shown.told}")
        pins.append(shown.out)
    environment = plan.root / "env" / environment_name("".join(pins).encode())
    if not (environment / "pyvenv.cfg").exists():
        _install_packages(environment, pins)
    (site,) = (environment / "lib").glob("python*/site-packages")
    return site.resolve()


def _install_packages(environment: Path, pins: Iterable[str]) -> None:
    """Each file by itself, without what its packages ask for: it pins that too, or they are data that runs nothing."""
    making = environment.with_name(f"{environment.name}.partial")
    shutil.rmtree(making, ignore_errors=True)
    making.parent.mkdir(parents=True, exist_ok=True)
    listed = making.with_suffix(".txt")
    python = making / "bin" / "python"
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    _required(run([sys.executable, "-m", "venv", making], making.parent))
    for file in pins:
        listed.write_text(file)
        _required(run([python, *pip, "-r", listed], making.parent))
    listed.unlink()
    making.rename(environment)


def _required(said: Said) -> None:
    if said.status != 0:
        raise Refused(f"installing the pinned packages failed: {said.told}")
