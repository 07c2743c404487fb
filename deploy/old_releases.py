"""Releases that nobody will go back to are removed, and the environments that only they used."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from deploy.plan import Plan
from deploy.records import release_before
from deploy.release import MARKER, released_commit
from deploy.sides import active_side

PROCESSES = Path("/proc")


def remove_old_releases(plan: Plan) -> tuple[str, ...]:
    """The commits whose releases were removed: all but the newest `keep_releases`, and never one that is active, that a
    roll-back would go to, that a link in the root leads to (sides, executors), or that a process runs. A folder that
    a crash left half made goes as well."""
    folders = [path for path in (plan.root / "releases").glob("*") if path.is_dir() and not path.is_symlink()]
    whole = sorted((path for path in folders if (path / MARKER).exists()), key=_made_at, reverse=True)
    kept = {path.name for path in whole[: plan.keep_releases]} | _needed(plan) | _linked(plan) | _running(folders)
    gone = tuple(sorted(path.name for path in folders if path.name not in kept))
    for commit in gone:
        shutil.rmtree(plan.release(commit))
    _remove_environments(plan)
    return gone


def _made_at(release: Path) -> int:
    return (release / MARKER).stat().st_mtime_ns


def _needed(plan: Plan) -> set[str]:
    active = active_side(plan)
    commit = None if active is None else released_commit(plan, active)
    return {each for each in (commit, release_before(plan, commit)) if each is not None}


def _linked(plan: Plan) -> set[str]:
    return {path.resolve().name for path in plan.root.glob("*") if path.is_symlink()}


def _running(folders: list[Path]) -> set[str]:
    """Those that stand in the command of a process, whoever started it."""
    told = []
    for each in PROCESSES.glob("[0-9]*/cmdline"):
        try:
            told.append(each.read_bytes())
        except OSError:
            continue  # it ended meanwhile
    return {path.name for path in folders if any(f"/releases/{path.name}/".encode() in words for words in told)}


def _remove_environments(plan: Plan) -> None:
    """An environment that no release names any more; without one that says what it uses nothing is removed."""
    used = set()
    for marker in (plan.root / "releases").glob(f"*/{MARKER}"):
        try:
            used.add(Path(json.loads(marker.read_text())["packages"]))
        except (OSError, ValueError, KeyError):
            return
    for environment in (plan.root / "env").glob("*"):
        if used and not environment.is_symlink() and not any(environment.resolve() in path.parents for path in used):
            shutil.rmtree(environment) if environment.is_dir() else environment.unlink()
