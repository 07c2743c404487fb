"""Several generators on one PostgreSQL database: each shard has one at a time, one leads, and nothing is doubled when
any of them, or the database, is killed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.model.shard import Shard
from tests.argo.postgres_server import SERVER_OPTIONS, Cluster, postgres_cluster
from tests.argo.server.fleet import Fleet
from tests.argo.server.processes import SYMBOLS

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module", name="cluster")
def own_server() -> Iterator[Cluster]:
    """A server of its own: these tests crash it."""
    with postgres_cluster(SERVER_OPTIONS) as cluster:
        yield cluster


@pytest.fixture(name="empty_fleet")
def upgraded_database(cluster: Cluster, tmp_path: Path, cache: Path) -> Iterator[Fleet]:
    """An upgraded, empty database, and nobody on it."""
    fleet = Fleet(tmp_path, cache, f"{cluster.url}/postgres")
    fleet.ask("DROP SCHEMA public CASCADE")
    fleet.ask("CREATE SCHEMA public")
    upgraded = fleet.argo.run("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    try:
        yield fleet
    finally:
        for name in list(fleet.processes):
            fleet.kill(name)


@pytest.fixture(name="fleet")
def two_shards_and_a_standby(empty_fleet: Fleet) -> Fleet:
    """Both shards at work, and a third process that waits for the place of the first."""
    empty_fleet.start("first", "1/2")
    empty_fleet.goes_on("1/2")
    empty_fleet.start("second", "2/2")
    empty_fleet.start("standby", "1/2")
    empty_fleet.goes_on("2/2")
    return empty_fleet


@pytest.mark.timeout(120)
def test_shards_go_on_without_a_doubled_cycle_when_owners_and_leaders_are_killed(
    fleet: Fleet, cluster: Cluster
) -> None:
    dice = random.Random(20261122)
    assert fleet.leaders() == ["first"]

    fleet.wait_a_little(dice)
    fleet.kill("first")  # it leads, and owns a shard that somebody waits for
    fleet.goes_on("1/2")
    fleet.until(lambda: len(fleet.leaders()) == 1, "another one leads")
    fleet.goes_on("2/2")

    fleet.start("third", "2/2")
    fleet.wait_a_little(dice)
    fleet.kill("second")
    fleet.goes_on("2/2")

    fleet.require_no_gap()
    cluster.crash()  # every lock is gone with its session
    cluster.start()
    fleet.goes_on("1/2")
    fleet.goes_on("2/2")
    assert set(fleet.stop().values()) == {0}
    fleet.require_sound(2)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_kills_of_owners_leaders_and_the_database_double_nothing(fleet: Fleet, cluster: Cluster) -> None:
    dice = random.Random(30)
    fleet.start("third", "2/2")
    for kill in range(30):
        fleet.wait_a_little(dice)
        if kill % 10 == 9:
            cluster.crash()
            cluster.start()
        else:
            fleet.kill(dice.choice(fleet.leaders() if kill % 2 else sorted(fleet.processes)))
        fleet.goes_on("1/2", 1)
        fleet.goes_on("2/2", 1)
        fleet.until(lambda: len(fleet.leaders()) == 1, "one leads")
        fleet.start_again()
    fleet.stop()
    fleet.require_sound(2)


async def test_who_would_write_beside_shards_is_refused_in_one_line(empty_fleet: Fleet, cluster: Cluster) -> None:
    place = generator_lock(f"{cluster.url}/postgres", shard=Shard(1, 2), universe=tuple(SYMBOLS))
    async with place:
        for words in (["cycle"], ["serve", "--shard", "1/3"]):
            refused = await asyncio.to_thread(empty_fleet.argo.run, *words)
            assert refused.returncode == 1, words
            assert refused.stderr.strip().count("\n") == 0, refused.stderr
            assert "stop" in refused.stderr
