"""`python -m tests.soak`: half an hour at twenty times the pace, with faults. The seed and the schedule replay it."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.schedule import Fault, schedule
from tests.soak.soaking import soak

PACE_SECONDS = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--speed", type=float, default=20.0, help="cycles every 5 s divided by this")
    parser.add_argument("--seed", type=int, default=None, help="that of an earlier soak replays its faults")
    parser.add_argument("--only", default="", help="kinds of faults, with commas; the others are left out")
    arguments = parser.parse_args()
    seed = secrets.randbelow(2**31) if arguments.seed is None else arguments.seed
    faults = _chosen(schedule(seed, arguments.seconds), arguments.only)
    say_line(f"seed {seed}, {len(faults)} faults in {arguments.seconds:.0f} s")
    for fault in faults:
        say_line(f"  at {fault.at:6.1f} s: {fault.kind} {fault.target} {fault.detail} for {fault.seconds} s")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    say_line(f"logs: {folder}")
    found = asyncio.run(
        soak(
            folder,
            faults,
            arguments.seconds,
            PACE_SECONDS / arguments.speed,
            seed,
            lambda said: say_line(f"{time.monotonic() - began:7.1f} s  {said}"),
        )
    )
    for one in found:
        say_line(f"{'held  ' if one.held else 'FAILED'} {one.claim}: {one.said}")
    held = all(one.held for one in found)
    say_line(f"{'all held' if held else 'NOT all held'}: seed {seed}, {time.monotonic() - began:.0f} s")
    return 0 if held else 1


def _chosen(faults: tuple[Fault, ...], only: str) -> tuple[Fault, ...]:
    return tuple(fault for fault in faults if not only or fault.kind in only.split(","))


def say_line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
