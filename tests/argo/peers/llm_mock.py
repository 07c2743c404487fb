"""llmock, a server of the Responses interface that fails on demand and judges how its client took it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.argo.peers.prism import ROOT
from tests.ports import free_port

COMMAND = Path(os.environ.get("LLM_MOCK", ROOT / ".venv-llm" / "bin" / "llmock"))
"""In an environment of its own: it brings a web framework that nobody here uses."""
MISSING = "llmock is missing: install it with: make llm-server"


class NoLlmMock(Exception):
    """It is not installed."""


@dataclass(frozen=True)
class LlmMock:
    """A running one at `url`."""

    url: str

    def play(self, *behaviours: Mapping[str, Any]) -> None:
        """What the next requests meet, in turn; good answers after them."""
        httpx.post(f"{self.url}/_llmock/scenario", json={"behaviors": list(behaviours)}).raise_for_status()

    def asked(self) -> Sequence[Mapping[str, Any]]:
        """The requests so far."""
        found: list[Mapping[str, Any]] = httpx.get(f"{self.url}/_llmock/requests").json()["requests"]
        return found

    def faults_found(self) -> tuple[int, list[str]]:
        """How many faults it injected, and what its client did wrong about them."""
        verdict = httpx.get(f"{self.url}/_llmock/verdict").json()
        return verdict["faults_injected"], [finding["title"] for finding in verdict["findings"]]

    def forget(self) -> None:
        """Judge from nothing."""
        httpx.post(f"{self.url}/_llmock/reset").raise_for_status()


@contextmanager
def llm_mock(folder: Path) -> Iterator[LlmMock]:
    """A server while the block runs. Raises NoLlmMock."""
    if not COMMAND.exists():
        raise NoLlmMock(MISSING)
    url, log = f"http://127.0.0.1:{(port := free_port())}", folder / "llmock.log"
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--host", "127.0.0.1"],
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
        try:
            deadline = time.monotonic() + 40.0
            while not _answers(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(f"llmock did not start: {log.read_text('utf-8')[-500:]}")
                time.sleep(0.05)
            yield LlmMock(url)
        finally:
            process.terminate()
            process.wait(10)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/_llmock/verdict").is_success
    except httpx.TransportError:
        return False
