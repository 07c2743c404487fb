"""Several real generators on one real PostgreSQL database, for tests that kill them and the database."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg

from argo_core.model.shard import Shard, shard_of_cycle
from tests.argo.server.processes import ARGO, SYMBOLS, ArgoFolder
from tests.ports import free_port

LEADS = re.compile(r"\b(leads|leads_no_more)\b")


class Fleet:
    """Generators by name; each logs into a file of its name. `argo` runs commands on their database."""

    def __init__(self, folder: Path, cache: Path, url: str) -> None:
        self.plain = url.replace("+asyncpg", "")
        plain = ArgoFolder(folder, cache, interval_seconds=0.2)
        self.argo = plain.with_environment(ARGO_DATABASE_URL=url)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.shards: dict[str, str] = {}

    def start(self, name: str, shard: str) -> None:
        """A generator that works, or waits until it may."""
        words: list[str | Path] = [ARGO, "serve", "--shard", shard, "--standby", "--port", str(free_port())]
        with (self.argo.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(words, env=self.argo.environment, cwd=self.argo.folder, stdout=log, stderr=log)
        self.processes[name], self.shards[name] = process, shard

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> int:
        """The process is gone when this returns; its exit status."""
        process = self.processes.pop(name)
        process.send_signal(how)
        return process.wait(20)

    def start_again(self) -> None:
        """Whoever was killed, or ended because another took its place, as a service manager does."""
        for name, shard in self.shards.items():
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                self.start(name, shard)

    def ask(self, question: str, *values: object) -> list[Any]:
        """Rows of the database. Raises what the driver raises while it is away."""

        async def asked() -> list[Any]:
            connection = await asyncpg.connect(self.plain)
            try:
                return list(await connection.fetch(question, *values))
            finally:
                await connection.close()

        return asyncio.run(asked())

    def cycles(self, shard: str) -> list[Any]:
        """What the shard has stored, oldest first."""
        rows = self.ask("SELECT cycle_id, as_of, created_at FROM cycle_log ORDER BY id")
        return [row for row in rows if shard_of_cycle(row["cycle_id"]).text == shard]

    def log_of(self, name: str) -> str:
        """What it has written so far."""
        return (self.argo.folder / f"{name}.log").read_text("utf-8", errors="replace")

    def leaders(self) -> list[str]:
        """Those among the living whose last word about it is that they lead."""
        return [name for name, one in self.processes.items() if one.poll() is None and _leads(self.log_of(name))]

    def until(self, condition: Callable[[], bool], what: str, seconds: float = 40.0) -> None:
        """Poll until the condition holds; fails with the logs when the time is over."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.05)
        logs = "\n".join(f"{name}: {self.log_of(name)[-1500:]}" for name in self.processes)
        raise AssertionError(f"not in time: {what}\n{logs}")

    def goes_on(self, shard: str, further: int = 2) -> None:
        """Returns when the shard has stored so many further cycles."""
        before = len(self.cycles(shard))
        self.until(lambda: len(self.cycles(shard)) >= before + further, f"cycles of shard {shard}")

    def wait_a_little(self, dice: random.Random) -> None:
        """Up to half a second, so that what follows comes at any moment of a cycle."""
        moment = time.monotonic() + dice.uniform(0, 0.5)
        while time.monotonic() < moment:
            time.sleep(0.001)

    def stop(self) -> dict[str, int]:
        """Ask all to end; their exit statuses."""
        return {name: self.kill(name, signal.SIGTERM) for name in list(self.processes)}

    def require_no_gap(self) -> None:
        """Each of two shards has looked at every moment of the market that the other one has, as far as both are."""
        first, second = ([row["as_of"] for row in self.cycles(name)] for name in ("1/2", "2/2"))
        common = min(len(first), len(second))
        assert common > 0
        assert first[:common] == second[:common]

    def require_sound(self, of: int) -> None:
        """Nothing is doubled, every shard has its own symbols, and the log's tree is whole."""
        for index in range(1, of + 1):
            share = Shard(index, of)
            seen = [row["as_of"] for row in self.cycles(share.text)]
            assert seen == sorted(set(seen)), f"shard {share.text}: a market time twice, or out of order"
            mine = {row["cycle_id"] for row in self.cycles(share.text)}
            rows = self.ask("SELECT cycle_id, symbol FROM decision_log")
            assert {row["symbol"] for row in rows if row["cycle_id"] in mine} <= set(share.deal(SYMBOLS))
        twice = "SELECT symbol, as_of FROM decision_log GROUP BY symbol, as_of HAVING count(*) > 1"
        assert self.ask(twice) == []
        seals = self.ask("SELECT seq, leaf_index FROM signal_seal ORDER BY leaf_index")
        assert [row["seq"] for row in seals] == list(range(len(seals)))
        assert len(seals) > 0
        verified = self.argo.run("ledger", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr


def _leads(log: str) -> bool:
    said = LEADS.findall(log)
    return bool(said) and said[-1] == "leads"
