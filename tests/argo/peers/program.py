"""The six vendors in a process of their own, and its controls."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
VARIABLES = {
    "ALPACA_DATA_URL": "alpaca",
    "ALPACA_DATA_STREAM_URL": "alpaca_stream",
    "MASSIVE_URL": "massive",
    "MASSIVE_STREAM_URL": "massive_stream",
    "YAHOO_URL": "yahoo",
    "ALPHA_VANTAGE_URL": "alpha_vantage",
    "XAI_URL": "xai",
    "PERPLEXITY_URL": "perplexity",
}
RISING = ("--rise", "0.03", "--volatility", "0.0002")
"""Every source that looks at it says the same, whatever the hour: no call is saved because the first ones disagree."""


@dataclass(frozen=True)
class Peers:
    """`urls` by vendor; a vendor's counts by its name."""

    urls: dict[str, str]

    def fail(self, vendor: str, fault: str | None) -> None:
        """From now on this fault, or none."""
        self._told("/fault", vendor=vendor, **({} if fault is None else {"name": fault}))

    def cut(self, vendor: str) -> None:
        """Drop the vendor's streams."""
        self._told("/cut", vendor=vendor)

    def jump(self, seconds: float) -> None:
        """Put their clock forward."""
        self._told("/clock", ahead=seconds)

    def now(self) -> float:
        """Their clock, in seconds since 1970."""
        return float(self._told("/now"))

    def forget(self) -> None:
        """Count from nothing."""
        self._told("/forget")

    def counts(self) -> dict[str, dict[str, int]]:
        """`calls`, `limited` and `connections` of each vendor."""
        counts: dict[str, dict[str, int]] = self._told("/state")
        return counts

    def calls(self) -> int:
        """All calls together."""
        return sum(counted["calls"] for counted in self.counts().values())

    def environment(self) -> dict[str, str]:
        """The variables that lead a process to them."""
        return {name: self.urls[place] for name, place in VARIABLES.items()}

    def _told(self, path: str, **query: object) -> Any:
        url = f"{self.urls['control']}{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10) as answered:
            return json.load(answered)


@contextmanager
def running_peers(*options: str) -> Iterator[Peers]:
    """The program with these options; it has ended afterwards."""
    command = [sys.executable, "-m", "tests.argo.peers", *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Peers(json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait(10)
