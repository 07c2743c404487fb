"""How much memory each process holds, over its life, and whether that grows."""

from __future__ import annotations

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
    """`megabytes` of a process and of those that it started, `at` seconds after the start."""

    at: float
    name: str
    pid: int
    megabytes: float


class Growth(msgspec.Struct, frozen=True):
    """Of the longest life of a process: what it held once warm and at its end. `pct` is NaN where no life was long
    enough to say."""

    name: str
    lived_seconds: float
    warm_megabytes: float
    last_megabytes: float

    @property
    def pct(self) -> float:
        return (self.last_megabytes / self.warm_megabytes - 1.0) * 100.0


def samples(system: SoakSystem, at: float) -> list[Sample]:
    """One of each process that runs."""
    running = dict(system.running)
    return [Sample(at, name, process.pid, resident(process.pid)) for name, process in running.items()]


def resident(pid: int) -> float:
    """Megabytes in memory of this process and all below it."""
    return sum(_pages(each) for each in (pid, *descendants(pid))) * PAGE / 1e6


def growth(kept: Sequence[Sample]) -> list[Growth]:
    """For each process name, by the median of a window after its warm-up and of its last."""
    lives = defaultdict[tuple[str, int], list[Sample]](list)
    for sample in kept:
        lives[sample.name, sample.pid].append(sample)
    longest = dict[str, list[Sample]]()
    for (name, _), life in lives.items():
        if name not in longest or _length(life) > _length(longest[name]):
            longest[name] = life
    return [_growth(name, life) for name, life in sorted(longest.items())]


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
