"""The program of a release: `deploy/run` writes this file into it as `bin/argo` or `bin/alpine`, with a call of `run`
at its end. Only the release's own interpreter reads it there, so it stands alone."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

NOTE_NAME = "SIDE_PREPARED"
WAITS = "code loaded: waits to be needed"
LOOK_AGAIN_SECONDS = 0.05
TELL_EVERY_SECONDS = 5.0


def run(entry: str, serving: str) -> None:
    """Call `main` of module `entry`. `serve` loads `serving` before, and then waits while SIDE_PREPARED names a file:
    nothing is opened until somebody takes it away."""
    if sys.argv[1:2] == ["serve"]:
        _load(entry, serving)
        _wait(os.environ.get(NOTE_NAME, ""))
    importlib.import_module(entry).main()


def _load(*modules: str) -> None:
    """What is loaded stays as long as the process does: looking for garbage in it would take a tenth of the time."""
    gc.disable()
    for module in modules:
        importlib.import_module(module)
    gc.enable()
    gc.freeze()


def _wait(note: str) -> None:
    told_at = -TELL_EVERY_SECONDS
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # to read settings again: it has read none yet
    while note and _holds(Path(note)):
        if time.monotonic() - told_at >= TELL_EVERY_SECONDS:
            _tell(f"READY=1\nWATCHDOG=1\nSTATUS={WAITS}")
            told_at = time.monotonic()
        time.sleep(LOOK_AGAIN_SECONDS)
    signal.signal(signal.SIGHUP, former)
    _tell("STATUS=")


def _holds(note: Path) -> bool:
    """One that cannot be looked at holds as well: a side that waits does no harm, a second one that works does."""
    try:
        note.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _tell(words: str) -> None:
    """To the service manager, where there is one."""
    name = os.environ.get("NOTIFY_SOCKET", "")
    if not name:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        try:
            told.sendto(words.encode(), f"\0{name[1:]}" if name[0] == "@" else name)
        except OSError:
            return  # it is asked for again in some seconds
