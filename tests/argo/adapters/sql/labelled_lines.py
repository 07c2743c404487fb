"""Finds the lines that a comment calls a line of no return, and stops the process at one of them.

Nothing in the program knows of this: the comments are read from its source, and a tracer watches the lines go by.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

LABEL = "# line of no return"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement behind such a comment. `name` is `file:function`; `lines` those of the whole statement."""

    path: str
    name: str
    first: int
    last: int


def labelled_lines(root: Path) -> list[Labelled]:
    """All of them below `root`, by file and line."""
    return sorted(_labelled(root), key=lambda one: (one.path, one.first))


def _labelled(root: Path) -> Iterator[Labelled]:
    for path in root.rglob("*.py"):
        text = path.read_text("utf-8")
        if LABEL not in text:
            continue
        lines, tree = text.splitlines(), ast.parse(text)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for number, line in enumerate(lines, 1):
            if not line.strip().startswith(LABEL):
                continue
            code = next(at for at in range(number, len(lines)) if not lines[at].strip().startswith("#")) + 1
            around = [node for node in functions if node.lineno <= code <= (node.end_lineno or 0)]
            function = max(around, key=lambda node: node.lineno)
            statements = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node.lineno == code]
            last = max(node.end_lineno or code for node in statements)
            yield Labelled(str(path), f"{path.stem}:{function.name}", code, last)


class Executioner:
    """Kills this process at the `visit`-th time that `line` is reached: `before` it runs, `during`, or right `after`.

    `during` is `delay` seconds after it began. Tells `say` first.
    """

    def __init__(self, line: Labelled, moment: str, visit: int, delay: float, say: Callable[[str], None]) -> None:
        self._line, self._moment, self._left, self._delay, self._say = line, moment, visit, delay, say
        self._armed = False

    def watch(self) -> None:
        """From now on, in this thread."""
        sys.settrace(self._call)

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._step if frame.f_code.co_filename == self._line.path else None

    def _step(self, frame: FrameType, event: str, _argument: Any) -> Any:
        inside = self._line.first <= frame.f_lineno <= self._line.last
        if self._armed and (not inside or event == "return") and not (inside and event == "return"):
            self._die("after")
        if event == "line" and frame.f_lineno == self._line.first and not self._armed:
            self._left -= 1
            if self._left == 0:
                self._reached()
        return self._step

    def _reached(self) -> None:
        if self._moment == "before":
            self._die("before")
        if self._moment == "during":
            threading.Thread(target=self._die_later, daemon=True).start()
        else:
            self._armed = True

    def _die_later(self) -> None:
        deadline = time.perf_counter() + self._delay
        while time.perf_counter() < deadline:
            pass
        self._die("during")

    def _die(self, moment: str) -> None:
        self._say(f"killed {moment} {self._line.name}")
        os.kill(os.getpid(), signal.SIGKILL)
