"""What strangers look at: the public export, the offline verifier, both companies' own audits."""

from __future__ import annotations

import json
import os
import urllib.request
from pathlib import Path
from typing import Any

from tests.commands import run_command
from tests.interop.system import ALPINE, GENERATOR, LiveSystem

LEDGER = "/api/v1/ledger"


class Stranger:
    """Somebody with `alpine-verify` and a policy that he wrote down once."""

    def __init__(self, system: LiveSystem) -> None:
        self._system = system
        self.policy = system.folder / "policy.txt"
        self.policy.write_text(system.command(ALPINE, "ledger", "policy").stdout)

    def download(self, name: str = "record.jsonl") -> Path:
        """The whole record, as anybody gets it."""
        path = self._system.folder / name
        with urllib.request.urlopen(self._address(f"{LEDGER}/export"), timeout=20) as answer:
            path.write_bytes(answer.read())
        return path

    def record(self, path: Path, *words: str) -> tuple[int, str]:
        """`alpine-verify record`: exit status and what it says."""
        return self._verify("record", str(path), *words)

    def bundle(self, evidence: dict[str, Any]) -> tuple[int, str]:
        """`alpine-verify signal`."""
        path = self._system.folder / "bundle.json"
        path.write_text(json.dumps(evidence))
        return self._verify("signal", str(path))

    def feed(self, *words: str) -> tuple[int, str]:
        """`alpine-verify feed`: the public log, against what this stranger saw before."""
        state = self._system.folder / "seen.jsonl"
        return self._verify("feed", self._address(""), "--state", str(state), *words)

    def findings(self) -> Any:
        """What the distributor publishes about itself."""
        return self._system.get(ALPINE, f"{LEDGER}/findings")

    def _verify(self, *words: str) -> tuple[int, str]:
        verify = [*words, "--policy", str(self.policy)]
        done = run_command("alpine-verify", verify, self._system.folder, {"PATH": os.environ["PATH"]})
        return done.returncode, done.stdout + done.stderr

    def _address(self, path: str) -> str:
        return f"http://127.0.0.1:{self._system.ports[ALPINE]}{path}"


def distributors_audit(system: LiveSystem) -> tuple[int, str]:
    """`alpine ledger audit`."""
    done = system.command(ALPINE, "ledger", "audit")
    return done.returncode, done.stdout + done.stderr


def producers_audit(system: LiveSystem) -> tuple[int, str]:
    """`argo ledger verify`."""
    done = system.command(GENERATOR, "ledger", "verify")
    return done.returncode, done.stdout + done.stderr
