"""One holder at a time: in a process, on a machine, over PostgreSQL; and none that is dead."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alpine_core.adapters.file_lease import FileLease
from alpine_core.adapters.sql.postgres_lease import PostgresLease
from alpine_core.ports import Lease
from alpine_core.testing.contracts.lease import LeaseContract
from alpine_core.testing.memory_lease import MemoryLease

HOLD = """
import asyncio, sys, time
from pathlib import Path
from alpine_core.adapters.file_lease import FileLease
lease = FileLease(Path(sys.argv[1]))
print(asyncio.run(lease.hold()), flush=True)
time.sleep(60)
"""


class TestMemoryLease(LeaseContract):
    @pytest.fixture
    def leases(self) -> tuple[Lease, Lease]:
        board: list[object] = []
        return MemoryLease(board), MemoryLease(board)


class TestFileLease(LeaseContract):
    @pytest.fixture
    async def leases(self, tmp_path: Path) -> AsyncIterator[tuple[Lease, Lease]]:
        one, other = FileLease(tmp_path / "lease"), FileLease(tmp_path / "lease")
        yield one, other
        await one.close()
        await other.close()

    def test_a_holder_that_is_killed_holds_nothing(self, tmp_path: Path) -> None:
        place = tmp_path / "lease"
        with subprocess.Popen([sys.executable, "-c", HOLD, str(place)], stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"True\n"
            lease = FileLease(place)
            assert not asyncio.run(lease.hold())
            holder.kill()
        assert asyncio.run(lease.hold())
        asyncio.run(lease.close())

    async def test_a_place_that_cannot_be_written_is_held_by_nobody(self, tmp_path: Path) -> None:
        assert not await FileLease(tmp_path / "no folder" / "lease").hold()


@pytest.mark.postgres
class TestPostgresLease(LeaseContract):
    @pytest.fixture
    async def leases(self, pg_url: str) -> AsyncIterator[tuple[Lease, Lease]]:
        one, other = PostgresLease(pg_url), PostgresLease(pg_url)
        yield one, other
        await one.close()
        await other.close()

    async def test_a_holder_whose_session_the_server_ends_holds_nothing(self, pg_url: str) -> None:
        import asyncpg

        one, other = PostgresLease(pg_url), PostgresLease(pg_url)
        assert await one.hold()
        server = await asyncpg.connect(pg_url.replace("+asyncpg", ""))
        await server.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'alpine lease'"
        )
        await server.close()
        assert [await one.hold(), await other.hold(), await one.hold()] == [False, True, False]
        await one.close()
        await other.close()


@pytest.mark.postgres
async def test_a_database_that_does_not_answer_is_held_by_nobody() -> None:
    assert not await PostgresLease("postgresql+asyncpg://postgres@127.0.0.1:9/none").hold()
