"""Finds every statement of the execution pipeline that waits: wherever it waits, the process may end."""

from __future__ import annotations

import ast
from pathlib import Path

import argo_core
from tests.argo.adapters.sql.labelled_lines import Labelled

PIPELINE = Path(argo_core.__file__).parent / "pipeline"
FILES = ("bookkeeping", "executor", "flattening", "halting", "minding", "placing", "protecting", "watching")


def await_lines() -> list[Labelled]:
    """Named `file:line`, by file and line. A new file of the execution pipeline joins `FILES`."""
    return [line for name in FILES for line in _of_file(PIPELINE / f"{name}.py")]


def _of_file(path: Path) -> list[Labelled]:
    tree = ast.parse(path.read_text("utf-8"))
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    waiting = (ast.Await, ast.AsyncWith, ast.AsyncFor)
    places = set()
    for node in ast.walk(tree):
        if isinstance(node, waiting):
            around = [one for one in statements if one.lineno <= node.lineno <= (one.end_lineno or one.lineno)]
            nearest = max(around, key=lambda one: (one.lineno, -(one.end_lineno or 0)))
            compound = isinstance(nearest, ast.With | ast.AsyncWith | ast.If | ast.While | ast.For | ast.Try)
            places.add((nearest.lineno, nearest.lineno if compound else nearest.end_lineno or nearest.lineno))
    return [Labelled(str(path), f"{path.stem}:{first}", first, last) for first, last in sorted(places)]
