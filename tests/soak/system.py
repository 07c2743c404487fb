"""The system that is soaked: six vendors, PostgreSQL, Redis, two workers at the distributor, a small disk below one
executor, a line to the distributor that can fail, and somebody who takes the alerts."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from tests.argo.peers.program import Peers
from tests.argo.six_sources.rig import KEY_VARIABLES
from tests.interop.system import ALPINE, GENERATOR, PROP_FIRM, REGULAR, LiveSystem

COINS = ("BTC-USD", "ETH-USD", "XRP-USD")
"""They are traded at any hour at which a soak runs."""
WORKERS = 2
TABLES = {"signals_unified": "argo", "alpine": "alpine"}
"""The databases of the server, by the names that the files would have."""
FAKETIME = "*/faketime/libfaketime.so.1"
"""Below a folder of libraries, one for each kind of processor."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the system is built upon: the vendors, addresses of PostgreSQL, Redis and whoever takes alerts, the port of
    a mail server, and a small file system."""

    peers: Peers
    postgresql: str
    redis: str
    alerts: str
    mail_port: int
    disk: Path


class SoakSystem(LiveSystem):
    """Argo's generator and Alpine on PostgreSQL, executors on files."""

    files = ("executor_argo", "executor_prop_firm")

    def __init__(self, folder: Path, around: Surroundings, interval_seconds: float) -> None:
        self.around, self.line_port = around, 0
        self.clock_file = folder / "clock"
        self.clock_file.write_text("+0")
        super().__init__(folder, folder / "cache", interval_seconds)

    def workers(self, name: str) -> list[int]:
        """The processes that this one has started, and theirs."""
        return descendants(self.running[name].pid)

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        if database not in TABLES:
            return super().rows(database, query)
        return asyncio.run(self._asked(TABLES[database], query))

    def cycles(self) -> int:
        """How many the generator has logged."""
        ((count,),) = self.rows("signals_unified", "SELECT count(*) FROM cycle_log")
        return int(count)

    def shift_clock(self, offset: str) -> None:
        """From now on the generator's clock on the wall goes wrong by so much: `+120`."""
        self.clock_file.write_text(offset)

    async def _asked(self, database: str, query: str) -> list[tuple[Any, ...]]:
        place = urlsplit(self.around.postgresql)
        connection = await asyncpg.connect(
            host=place.hostname, port=place.port, user=place.username, database=database, timeout=10
        )
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    def _command(self, name: str) -> list[str]:
        command = super()._command(name)
        return [*command, "--workers", str(WORKERS)] if name == ALPINE else command

    def _environment(self, name: str) -> dict[str, str]:
        around = self.around
        address = f"{around.postgresql}/{TABLES['alpine' if name == ALPINE else 'signals_unified']}"
        told = {
            "PAGERDUTY_INTEGRATION_KEY": "key",
            "PAGERDUTY_URL": around.alerts,
            "SLACK_WEBHOOK_URL": f"{around.alerts}/slack/{name}",
        }
        mail = {
            "EMAIL_SMTP_HOST": "127.0.0.1",
            "EMAIL_SMTP_PORT": str(around.mail_port),
            "EMAIL_SMTP_SECURITY": "plain",
            "EMAIL_TO": "ops@example.com",
        }
        own: dict[str, dict[str, str]] = {
            ALPINE: {"ALPINE_DATABASE_URL": address, "REDIS_URL": around.redis, **told},
            GENERATOR: {
                "ARGO_DATABASE_URL": address,
                "REDIS_URL": around.redis,
                "ALPINE_API_URL": f"http://127.0.0.1:{self.line_port or self.ports[ALPINE]}",
                **KEY_VARIABLES,
                **around.peers.environment(),
                **told,
                **mail,
                **self._clock(),
            },
            REGULAR: told,
            PROP_FIRM: told,
        }
        return {**super()._environment(name), **own[name]}

    def _clock(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(preloaded_clock()),
            "FAKETIME_TIMESTAMP_FILE": str(self.clock_file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def _configure(self) -> None:
        super()._configure()
        self._change(
            GENERATOR,
            signal_generation={
                "interval_seconds": self._interval,
                "symbols": list(COINS),
                "min_confidence": 1.0,
                "price_change_threshold": 0.0003,
                "reemit": "every_evaluation",
            },
            market={"feed": "live", "timeframe": "1Min", "history_days": 40, "streams": True},
            replay=None,
            database=None,
        )
        for name in (REGULAR, PROP_FIRM):
            self._change(name, trading={"auto_execute": True, "min_confidence": 1.0})
        self._change(REGULAR, database={"path": str(self.around.disk / "executor_argo.db")})
        (self.folder / "executor_argo.db").symlink_to(self.around.disk / "executor_argo.db")

    def _change(self, name: str, **sections: dict[str, object] | None) -> None:
        path = self.folder / f"{name}.json"
        document = {**json.loads(path.read_text()), **sections}
        path.write_text(json.dumps({key: value for key, value in document.items() if value is not None}))


def descendants(pid: int) -> list[int]:
    """Living processes below this one."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        found = [int(word) for word in children.read_text().split()]
    except OSError:
        return []
    return [process for child in found for process in (child, *descendants(child))]


def preloaded_clock(libraries: Path = Path("/usr/lib")) -> Path:
    """What moves the generator's clock. A soak without it would call a fault held that never was."""
    for found in sorted(libraries.glob(FAKETIME)):
        return found
    raise RuntimeError("the generator's clock cannot be moved here: install the package faketime")


def mounted(folder: Path, megabytes: int) -> bool:
    """A small file system at this folder, if this user may mount one."""
    if os.geteuid() != 0:
        return False
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=False)
    return done.returncode == 0
