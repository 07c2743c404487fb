"""Where the property of the tiers is played: the application over memory, SQLite or PostgreSQL, always empty."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import msgspec
from jinja2.bccache import Bucket, BytecodeCache

from alpine_core.adapters.push_form import PushLimits
from alpine_core.model import Tier
from alpine_core.testing.fixed_clock import FixedClock
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import sample_account
from alpine_web.services import Services
from alpine_web.web.lines import lines_of
from alpine_web.web.site import Site, open_site
from alpine_web.wiring.open_services import open_services
from alpine_web.wiring.upgrade import upgrade_database
from tests.alpine.web.parts import PASSWORD, rig_of, settings_of

UNLIMITED = 10**9
SOON = PushLimits(heartbeat_seconds=0.1, poll_seconds=0.05)


@dataclass(frozen=True, slots=True)
class Stage:
    """One application of its own, the clock it goes by, and the log in which the provider seals."""

    services: Services
    clock: FixedClock
    log: SampleLog
    site: Site

    async def join(self, email: str, tier: Tier) -> None:
        """An account of this tier, with the tests' password."""
        account = sample_account(email, await self.services.hasher.hash(PASSWORD))
        await self.services.accounts.put(msgspec.structs.replace(account, tier=tier))


OpenStage = Callable[[], AbstractAsyncContextManager[Stage]]


class Compiled(BytecodeCache):
    """Templates, compiled once for all stages: code, and nothing that was ever shown."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def _site() -> Site:
    site = open_site()
    site.templates.bytecode_cache = COMPILED
    return site


@asynccontextmanager
async def memory_stage() -> AsyncIterator[Stage]:
    """Over stores in memory."""
    rig = rig_of(ingest_per_minute=UNLIMITED)
    try:
        yield Stage(rig.services, rig.clock, rig.log, _site())
    finally:
        await rig.services.live.close()


@asynccontextmanager
async def database_stage(url: str, keys: Path) -> AsyncIterator[Stage]:
    """As a process is assembled, over a database with the newest schema; a second goes by with every count."""
    site, clock, counted = _site(), FixedClock(), itertools.count()
    settings = settings_of(database_url=url, key_folder=keys, ingest_per_minute=UNLIMITED)
    async with open_services(settings, lines_of(site), clock, lambda: float(next(counted)), SOON) as services:
        yield Stage(services, clock, SampleLog(), site)


class SqliteStages:
    """Each over a copy of one empty database."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._counted = folder, itertools.count()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Stage]:
        empty = self._folder / "empty.db"
        if not empty.exists():
            await upgrade_database(settings_of(database_url=f"sqlite+aiosqlite:///{empty}"))
        place = self._folder / f"{next(self._counted)}.db"
        shutil.copy(empty, place)
        async with database_stage(f"sqlite+aiosqlite:///{place}", self._folder / "keys") as stage:
            yield stage


class PostgresStages:
    """Each over a copy of one empty database of the server at `url`, dropped afterwards."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder, self._counted = url, folder, itertools.count()
        self._prefix, self._empty = f"tiers_{os.getpid()}", ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Stage]:
        if not self._empty:
            empty = f"{self._prefix}_empty"
            await self._run(f'create database "{empty}" template template0')
            await upgrade_database(settings_of(database_url=f"{self._url}/{empty}"))
            self._empty = empty
        name = f"{self._prefix}_{next(self._counted)}"
        await self._run(f'create database "{name}" template "{self._empty}"')
        try:
            async with database_stage(f"{self._url}/{name}", self._folder / "keys") as stage:
                yield stage
        finally:
            await self._run(f'drop database "{name}" with (force)')

    async def close(self) -> None:
        """Drop the empty one too."""
        if self._empty:
            await self._run(f'drop database "{self._empty}" with (force)')

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(f"{self._url.replace('+asyncpg', '')}/postgres")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
