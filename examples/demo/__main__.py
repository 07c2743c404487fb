"""`make demo`: starts the real processes on recorded market history and shows what they do.

A spectator only: it starts `argo`, then reads its HTTP API like anybody else, and recomputes every hash itself. It
shares no code with what it shows. Usage: python -m examples.demo [--seconds N] [--port-base N]
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from examples.demo.api import Api, Unreachable
from examples.demo.screen import Screen
from examples.demo.spectator import Spectator

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
READY_SECONDS = 60
POLL_SECONDS = 0.25


def main() -> int:
    """Set up, run until the time is over or Ctrl-C, drain, leave a summary."""
    arguments = parse_arguments()
    screen = Screen(sys.stdout)
    place = Place(arguments.folder)
    processes: list[subprocess.Popen[bytes]] = []
    stop = Stop()
    try:
        place.prepare(screen, arguments.port_base)
        screen.step("starting the generator")
        processes.append(place.start("generator", "serve", "--port", str(arguments.port_base)))
        api = Api(f"http://127.0.0.1:{arguments.port_base}")
        wait_until_ready(api, processes[0], stop, place)
        spectator = Spectator(api, screen, place.summary)
        screen.ready(api.base, spectator.health())
        watch(spectator, processes[0], stop, arguments.seconds, place)
        spectator.close()
    except DemoError as error:
        screen.error(str(error))
        return 1
    finally:
        for process in reversed(processes):
            end(process)
    screen.summary(json.loads(place.summary.read_text()))
    return 0


class DemoError(Exception):
    """The demo cannot go on; the message says why and where to look."""


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=None, help="end by itself after so many seconds")
    parser.add_argument("--port-base", type=int, default=7999, help="the generator's port; later processes follow it")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "demo", help="where its files go; emptied first")
    arguments = parser.parse_args()
    if arguments.seconds is not None and arguments.seconds <= 0:
        parser.error("--seconds must be above 0")
    if not 1024 <= arguments.port_base <= 65532:
        parser.error("--port-base must lie between 1024 and 65532")
    return arguments


class Place:
    """The demo's folder: configuration, database, logs, summary."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self.summary = self._folder / "summary.json"

    def prepare(self, screen: Screen, port: int) -> None:
        """Fresh files. An earlier demo's are replaced; the caches stay."""
        screen.title()
        if self._folder.exists():
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True)
        settings = json.loads((HERE / "config.json").read_text())
        settings["server"] = {"host": "127.0.0.1", "port": port}
        (self._folder / "config.json").write_text(json.dumps(settings, indent=2))
        screen.step("creating the database")
        done = subprocess.run(
            _command("db", "upgrade"), env=self._environment(), cwd=self._folder, capture_output=True, check=False
        )
        if done.returncode:
            raise DemoError(done.stderr.decode().strip() or "argo db upgrade failed")

    def start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        """One process of the system, its log beside the database."""
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                _command(*words),
                env=self._environment(),
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def last_word(self, name: str) -> str:
        """What a process said last."""
        lines = (self._folder / f"{name}.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it left no word"

    def _environment(self) -> dict[str, str]:
        """No key, no network: only where the configuration and the caches are."""
        return {
            "PATH": "/usr/bin:/bin",
            "ARGO_CONFIG": str(self._folder / "config.json"),
            "ARGO_CACHE_DIR": str(ROOT / "var" / "cache"),
            "PYTHONUNBUFFERED": "1",
        }


def _command(*words: str) -> list[str]:
    """The `argo` of this interpreter's environment."""
    return [str(Path(sys.executable).parent / "argo"), *words]


def wait_until_ready(api: Api, process: subprocess.Popen[bytes], stop: Stop, place: Place) -> None:
    """Returns when the process answers; raises DemoError with the end of its log if it does not."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stop.asked:
        if process.poll() is not None:
            raise DemoError(f"the generator ended: {place.last_word('generator')}")
        try:
            api.get("/health")
            return
        except Unreachable:
            time.sleep(POLL_SECONDS)
    if not stop.asked:
        raise DemoError(f"the generator did not answer within {READY_SECONDS} s: {place.last_word('generator')}")


def watch(
    spectator: Spectator, process: subprocess.Popen[bytes], stop: Stop, seconds: float | None, place: Place
) -> None:
    """Show what happens until the time is over, somebody stops it, or the process ends by itself (an error)."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while not stop.asked and (deadline is None or time.monotonic() < deadline):
        if process.poll() is not None:
            raise DemoError(f"the generator ended: {place.last_word('generator')}")
        spectator.look()
        time.sleep(POLL_SECONDS)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask politely, then not."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
