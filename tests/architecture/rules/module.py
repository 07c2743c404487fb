"""One source file, parsed: what every rule looks at."""

from __future__ import annotations

import ast
import gc
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CODE_FOLDERS = ("packages", "apps", "migrations", "tests", "benchmarks", "examples", "scripts")


@dataclass(frozen=True, slots=True)
class Module:
    """`path` is relative to the root of the tree, with forward slashes."""

    path: str
    text: str
    tree: ast.Module


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """`what` names the offending thing, so that a test can tell one violation from another."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def parse(path: str, text: str) -> Module:
    """A module from its text. SyntaxError if it is no Python."""
    return Module(path, text, ast.parse(text, filename=path))


@cache
def read_tree(root: Path, *folders: str) -> tuple[Module, ...]:
    """Every Python file below `folders` of `root`, sorted by path. Symbolic links to folders are not followed. A tree
    is read once in a process."""
    # Without the collector: it takes most of the time here, and what it finds may be trees, whose ends have confused
    # the parser in the middle of another one ("recursion depth mismatch").
    gc.disable()
    try:
        return tuple(
            parse(path.relative_to(root).as_posix(), path.read_text("utf-8"))
            for folder in folders
            for path in sorted(_python_files(root / folder))
        )
    finally:
        gc.enable()


def _python_files(folder: Path) -> Iterator[Path]:
    # os.walk and not rglob: whether rglob follows the linked migrations depends on the version of Python.
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names if name.endswith(".py"))
