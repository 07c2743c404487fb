"""Prism, which holds requests and answers against Alpaca's own OpenAPI documents: between an adapter and our peer, or
in the vendor's place with the document's examples."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).parents[3]
COMMAND = ROOT / "node_modules" / ".bin" / "prism"
DOCUMENTS = ROOT / "tests" / "vectors" / "alpaca"
TRADING, MARKET_DATA = DOCUMENTS / "trading-api.json", DOCUMENTS / "market-data-api.json"
# Activities are "exactly one of" two schemas of which neither requires a field, so that every execution is both: the
# document's own example of one breaks it too.
OWN_CONTRADICTION = re.compile(r"response\.body\.\d+ Response body property \d+ must match exactly one schema in oneOf")
MISSING = "Prism is missing: install it with: npm ci --ignore-scripts"


class NoPrism(Exception):
    """There is no node, or Prism is not installed."""


@dataclass(frozen=True)
class Prism:
    """`url` in front of a server that must listen on `upstream_port`."""

    url: str
    upstream_port: int
    log: Path

    def violations(self, since: int = 0) -> list[str]:
        """What broke the document, a line each."""
        lines = self.log.read_text("utf-8").splitlines()[since:]
        return [line for line in lines if "iolation" in line and not OWN_CONTRADICTION.search(line)]

    def lines(self) -> int:
        """How much it has said so far."""
        return len(self.log.read_text("utf-8").splitlines())


@contextmanager
def proxying(document: Path, folder: Path) -> Iterator[Prism]:
    """Prism as a validating proxy while the block runs. Raises NoPrism."""
    port, upstream = free_port(), free_port()
    with _running(["proxy", str(document), f"http://127.0.0.1:{upstream}"], port, folder) as log:
        yield Prism(f"http://127.0.0.1:{port}", upstream, log)


@contextmanager
def mocking(document: Path, folder: Path) -> Iterator[str]:
    """The address of a server that refuses what breaks the document and answers with its examples. Raises NoPrism."""
    port = free_port()
    with _running(["mock", "--errors", str(document)], port, folder):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(arguments: list[str], port: int, folder: Path) -> Iterator[Path]:
    """The log of a Prism that listens until the block ends."""
    node, log = shutil.which("node"), folder / "prism.log"
    if node is None or not COMMAND.exists():
        raise NoPrism(MISSING)
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(  # node is found by its full path
            [node, str(COMMAND), *arguments, "--port", str(port), "--host", "127.0.0.1"],
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        try:
            deadline = time.monotonic() + 40.0
            while "Prism is listening" not in log.read_text("utf-8"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"Prism did not start: {log.read_text('utf-8')[-500:]}")
                time.sleep(0.05)
            yield log
        finally:
            process.terminate()
            process.wait(10)
