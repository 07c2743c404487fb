"""A peer's process, as its parent sees it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from benchmarks.peers.serving import Work

PEERS = ("vectorbt", "backtesting", "backtrader", "nautilus")


class PeerUnusable(Exception):
    """A peer is not installed, failed, or came to another result; the message says which."""


class PeerProcess:
    """Runs `benchmarks.peers.with_PEER` with another interpreter, one run for each request."""

    def __init__(self, python: Path, peer: str, work: Work, root: Path) -> None:
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "work.npz"
        np.savez(file, **{name: getattr(work, name) for name in work.__slots__})
        self._process = subprocess.Popen(
            [python, "-m", f"benchmarks.peers.with_{peer}", file],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(Path(self._folder.name) / "errors").open("w"),
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def run(self, headline: bool) -> tuple[float, int, float]:
        """Sum of final equities, entries, and the seconds that the peer took. Raises PeerUnusable."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write("headline\n" if headline else "bare\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line.startswith("{"):
            errors = (Path(self._folder.name) / "errors").read_text("utf-8").strip().splitlines()
            raise PeerUnusable(f"cannot run here: {errors[-1] if errors else line.strip() or 'it ended'}")
        told = json.loads(line)
        return told["equity"], told["entries"], told["seconds"]
