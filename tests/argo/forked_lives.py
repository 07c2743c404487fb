"""Programs whose lives are forks: each line of input is one life, told to a child that nothing has to be imported for.

The child says what it has to say, a line each, until it is killed or ends; then the program says `dead`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def say(words: str) -> None:
    """From a life to the test, at once."""
    os.write(1, f"{words}\n".encode())


def lead_lives(live: Callable[[list[str]], None]) -> None:
    """The program: a fork for each order that comes in, until none does. What a life raises is a fault of the test."""
    say("ready")
    for order in sys.stdin:
        child = os.fork()
        if child == 0:
            _one_life(live, order.split())
        os.waitpid(child, 0)
        say("dead")


def _one_life(live: Callable[[list[str]], None], order: list[str]) -> None:
    """In a fork: never returns."""
    try:
        live(order)
        os._exit(0)
    finally:
        say(f"fault {json.dumps(traceback.format_exc())}")
        os._exit(1)


class Nursery:
    """A running program, told one life after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def live(self, order: str) -> list[str]:
        """One life, from its beginning to its end; what it said."""
        stdin, stdout, said = self._process.stdin, self._process.stdout, list[str]()
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{order}\n")
        stdin.flush()
        while (words := stdout.readline().rstrip("\n")) != "dead":
            assert words, "the program ended"
            assert not words.startswith("fault "), json.loads(words.removeprefix("fault "))
            said.append(words)
        return said


@contextmanager
def nursery(program: str) -> Iterator[Nursery]:
    """The program, a module's name, running."""
    command = [sys.executable, "-m", program]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)
