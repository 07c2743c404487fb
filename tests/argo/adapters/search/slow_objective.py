"""Objectives for processes that are killed: they take a moment, and note each time that they were asked."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from argo_core.model.search import Value


def noted(folder: Path, seconds: float, parameters: Mapping[str, Value]) -> dict[str, float]:
    """A figure with all its digits, after a while; one line with the process's id in a file of its own."""
    with (folder / f"{os.getpid()}.txt").open("a") as file:
        file.write(f"{parameters['x']}\n")
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        pass
    return {"value": float(parameters["x"]) / 7.0}


def fatal_once(folder: Path, parameters: Mapping[str, Value]) -> float:
    """Kills its own process the first time that 5 is asked for."""
    mark = folder / "died"
    if parameters["x"] == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return float(parameters["x"]) / 7.0


def fatal(parameters: Mapping[str, Value]) -> float:
    """Kills its own process whenever 5 is asked for."""
    if parameters["x"] == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return float(parameters["x"]) / 7.0
