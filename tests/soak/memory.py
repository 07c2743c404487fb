"""How much memory each process holds, over its life, and whether that grows."""

from __future__ import annotations

import math
import os
import statistics
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.soak.system import SoakSystem, descendants

WARM_UP_SECONDS, WINDOW_SECONDS = 180.0, 90.0
MOST_GROWTH_PCT = 5.0
PAGE = os.sysconf("SC_PAGE_SIZE")


class Sample(msgspec.Struct, frozen=True):
    """`megabytes` in memory of one process `at` seconds after the start; `name` is whose it is: that of the one which
    started it."""

    at: float
    name: str
    pid: int
    megabytes: float


class Growth(msgspec.Struct, frozen=True):
    """Of one process of that name: what it held once warm and at its end. `pct` is NaN where no life was long enough
    to say."""

    name: str
    lived_seconds: float
    warm_megabytes: float
    last_megabytes: float

    @property
    def pct(self) -> float:
        return (self.last_megabytes / self.warm_megabytes - 1.0) * 100.0


def samples(system: SoakSystem, at: float) -> list[Sample]:
    """One of each process that runs, and of each that it has started."""
    running = dict(system.running)
    return [
        Sample(at, name, pid, _pages(pid) * PAGE / 1e6)
        for name, process in running.items()
        for pid in (process.pid, *descendants(process.pid))
    ]


def growth(kept: Sequence[Sample]) -> list[Growth]:
    """For each name the process that grew most of those that lived long enough, by the median of a window after its
    warm-up and of its last; where none did, the one that lived longest."""
    lives = defaultdict[tuple[str, int], list[Sample]](list)
    for sample in kept:
        lives[sample.name, sample.pid].append(sample)
    found = defaultdict[str, list[Growth]](list)
    for (name, _), life in sorted(lives.items()):
        found[name].append(_growth(name, life))
    return [max(each, key=_worst) for each in found.values()]


def write_down(kept: Sequence[Sample], path: Path) -> None:
    """Every sample, a line each, for whoever asks when it grew."""
    lines = [f"{one.at:.1f},{one.name},{one.pid},{one.megabytes:.2f}\n" for one in kept]
    path.write_text("".join(["seconds,name,process,megabytes\n", *lines]))


def _worst(one: Growth) -> tuple[bool, float]:
    told = not math.isnan(one.pct)
    return told, one.pct if told else one.lived_seconds


def _growth(name: str, life: Sequence[Sample]) -> Growth:
    born, died = life[0].at, life[-1].at
    warm = [one.megabytes for one in life if 0 <= one.at - born - WARM_UP_SECONDS < WINDOW_SECONDS]
    last = [one.megabytes for one in life if died - one.at < WINDOW_SECONDS]
    if _length(life) < WARM_UP_SECONDS + 2 * WINDOW_SECONDS:
        return Growth(name, _length(life), float("nan"), float("nan"))
    return Growth(name, _length(life), statistics.median(warm), statistics.median(last))


def _length(life: Sequence[Sample]) -> float:
    return life[-1].at - life[0].at


def _pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:  # it has ended in between
        return 0
