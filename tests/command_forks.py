"""A program whose commands are forks of it: what they import was imported once. `tests/commands.py` tells it which.

An order is a line of JSON: the command's words, environment, folder and the files for what it says. The answer is the
command's pid, and once it has ended its exit status as of `subprocess`. Each command runs the installed console
script from its first line in a process of its own, and ends as the interpreter ends it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
from typing import Any


def import_all_below(package: str) -> None:
    """What the command may import when it is called. What needs an extra that is missing stays with it."""
    path = importlib.import_module(package).__path__
    for module in pkgutil.walk_packages(path, f"{package}."):
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)


def answer(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def take_orders() -> dict[str, Any]:
    """Forks for each order. Returns it in the fork only; where no more orders come, the program ends."""
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            order: dict[str, Any] = json.loads(line)
            return order
        answer(str(child))
        answer(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
    sys.exit()


def become(order: dict[str, Any]) -> None:
    """This process is the command: its words, variables, folder, and nothing to read."""
    for number, place, how in (
        (0, os.devnull, os.O_RDONLY),
        (1, order["stdout"], os.O_WRONLY | os.O_APPEND),
        (2, order["stderr"], os.O_WRONLY | os.O_APPEND),
    ):
        opened = os.open(place, how)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.argv = order["words"]
    sys.path.pop(0)  # the folder of this file, which a console script does not see


if __name__ == "__main__":
    for name in sys.argv[1:]:
        import_all_below(name)
    gc.freeze()  # a fork need not look through what was imported, when it ends least of all
    become(take_orders())
    runpy.run_path(sys.argv[0], run_name="__main__")
