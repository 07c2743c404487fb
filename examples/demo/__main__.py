"""`make demo`: starts the real processes on recorded market history and shows what they do.

A spectator only: it starts `argo` (the generator and two executors) and `alpine`, then reads their HTTP APIs like
anybody else, listens as a subscriber, and recomputes every hash itself. It shares no code with what it shows.

Usage: python -m examples.demo [--scenario crash] [--seconds N] [--port-base N]
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from examples.demo.scenario import RECORDED, SCENARIOS
from examples.demo.screen import Screen
from examples.demo.spectator import Spectator
from examples.demo.subscriber import Subscriber
from examples.demo.system import EMAIL, USUAL_FOLDER, DemoError, Ports, System

POLL_SECONDS = 0.25
DRAIN_SECONDS = 10


def main() -> int:
    """Set up, run until the time is over or Ctrl-C, drain, leave a summary."""
    arguments = parse_arguments()
    screen, stop = Screen(sys.stdout), Stop()
    system = System(arguments.folder, Ports.from_base(arguments.port_base), SCENARIOS[arguments.scenario])
    try:
        screen.title()
        screen.step("creating the databases")
        system.prepare()
        screen.step("starting the generator, two executors and the distributor")
        subscriber = Subscriber(f"http://127.0.0.1:{system.ports.alpine}", EMAIL, system.password)
        system.start(when_distributor_answers=subscriber.start)
        spectator = Spectator(system, subscriber, screen)
        screen.ready(
            system.scenario.prices,
            spectator.alpine.base,
            spectator.generator.base,
            EMAIL,
            system.password,
            system.pids,
        )
        watch(system, spectator, stop, arguments.seconds)
        drain(system, spectator)
        subscriber.stop()
        spectator.close()
    except DemoError as error:
        screen.error(str(error))
        return 1
    finally:
        system.end()
    screen.summary(system.summary, json.loads(system.summary.read_text()))
    return 0


class Stop:
    """Ctrl-C and SIGTERM end the demo in order."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def parse_arguments() -> argparse.Namespace:
    """The command line, checked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=None, help="end by itself after so many seconds")
    parser.add_argument("--port-base", type=int, default=None, help="four ports from here on, not 7999 8000 8001 9001")
    parser.add_argument(
        "--scenario", choices=SCENARIOS, default=RECORDED.name, help="crash: a market crash is laid over the prices"
    )
    parser.add_argument("--folder", type=Path, default=USUAL_FOLDER, help="where its files go; emptied first")
    arguments = parser.parse_args()
    if arguments.seconds is not None and not 0 < arguments.seconds < math.inf:
        parser.error("--seconds must be a number above 0")
    if arguments.port_base is not None and not 1024 <= arguments.port_base <= 65532:
        parser.error("--port-base must lie between 1024 and 65532")
    return arguments


def watch(system: System, spectator: Spectator, stop: Stop, seconds: float | None) -> None:
    """Show what happens until the time is over, somebody stops it, or a process ends by itself (an error)."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while not stop.asked and (deadline is None or time.monotonic() < deadline):
        system.require_alive()
        spectator.look()
        time.sleep(POLL_SECONDS)


def drain(system: System, spectator: Spectator) -> None:
    """End the generator, which delivers what it has left; then wait until everybody has taken note of it."""
    spectator.look()
    system.end("generator")
    deadline = time.monotonic() + DRAIN_SECONDS
    while not spectator.settled() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
