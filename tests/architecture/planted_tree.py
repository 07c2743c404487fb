"""A copy of the four source trees in which a test may plant a violation, and what the import contracts say about it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE_FOLDERS = (
    "packages/argo_core/src",
    "packages/alpine_core/src",
    "apps/argo_server/src",
    "apps/alpine_web/src",
)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Names of the contracts that were kept and that were broken; both empty where the check itself failed."""

    kept: frozenset[str]
    broken: frozenset[str]
    output: str


def copy_sources(target: Path) -> Path:
    """The four source trees and the contracts, without caches and migrations."""
    for folder in SOURCE_FOLDERS:
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__", "migrations"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def plant(tree: Path, path: str, text: str) -> None:
    """Add text to a file of the copy, which is created if need be; a new package gets its `__init__.py`."""
    file = tree / path
    file.parent.mkdir(parents=True, exist_ok=True)
    (file.parent / "__init__.py").touch()
    with file.open("a", encoding="utf-8") as planted:
        planted.write("\n" + text + "\n")


def verdicts_on(tree: Path) -> Verdicts:
    """Run the import contracts on the copy, and on nothing else: its paths stand before the installed ones."""
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=tree,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(tree / folder) for folder in SOURCE_FOLDERS),
            "COLUMNS": "200",
            "NO_COLOR": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    output = found.stdout + found.stderr
    kept = frozenset(re.findall(r"^(.+?) KEPT\b", output, re.MULTILINE))
    broken = frozenset(re.findall(r"^(.+?) BROKEN\b", output, re.MULTILINE))
    if not kept | broken or (found.returncode == 0) != (not broken):
        raise RuntimeError(f"lint-imports failed with status {found.returncode}: {output.strip()[-300:]}")
    return Verdicts(kept, broken, output)
