"""The full check as a real process over a real database: a report whatever the record holds, an end whatever hangs."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from pathlib import Path

import psutil
import pytest

from alpine_core.adapters.backups.process import said_by
from alpine_core.adapters.sql import Database, SqlSignalStore, upgrade
from alpine_core.errors import StoreError
from alpine_core.testing.samples import MOMENT, sample_verified
from alpine_web.settings import load_settings
from alpine_web.wiring.own_audit import own_audit
from alpine_web.wiring.upgrade import MIGRATIONS


async def damaged(folder: Path) -> str:
    """URL of a database of two signals, of which the second can no longer be read."""
    url = f"sqlite+aiosqlite:///{folder / 'alpine.db'}"
    await upgrade(url, MIGRATIONS)
    database = await Database.open(url)
    await SqlSignalStore(database).store([sample_verified("SIG-1"), sample_verified("SIG-2")], MOMENT)
    await database.close()
    with sqlite3.connect(folder / "alpine.db") as owner:
        owner.execute("DROP TRIGGER signals_refuse_update")
        owner.execute("UPDATE signals SET votes = '{ not json' WHERE signal_id = 'SIG-2'")
    return url


async def test_a_signal_that_cannot_be_read_is_in_the_report_of_the_process(tmp_path: Path) -> None:
    url = await damaged(tmp_path)
    given = {"ALPINE_DATABASE_URL": url, "ALPINE_KEY_DIR": str(tmp_path / "keys"), "PATH": os.environ["PATH"]}
    report = await own_audit(load_settings(given, tmp_path), given)()
    assert (report.checked, report.found, report.findings[0].signal_id) == (2, 1, "SIG-2")


@pytest.mark.parametrize("starting", ["run", "Popen"], ids=["it waits", "it is dead before"])
async def test_a_check_that_hangs_is_ended_at_its_deadline(starting: str) -> None:
    mark = f"a check that hangs, {starting} of {os.getpid()}"
    below = f"import signal; signal.pause()  # {mark}"
    hangs = (sys.executable, "-c", f"import subprocess, sys; subprocess.{starting}([sys.executable, '-c', {below!r}])")
    with pytest.raises(StoreError, match=r"^a full check did not end within 0\.5 s and was stopped$"):
        await said_by(hangs, dict(os.environ), "a full check", longest_seconds=0.5)
    async with asyncio.timeout(5.0):
        while any(mark in " ".join(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])):
            await asyncio.sleep(0.01)
