"""Gate 7 on PostgreSQL: a backup of the real rows is taken, restored and looked at there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.gates import Attempt, environment
from deploy.plan import Plan
from deploy.sides import link_side
from deploy.trial import upgrade_database
from tests.argo.postgres_server import NoServer, postgres_server
from tests.deploy.releases import made_plan

pytestmark = pytest.mark.timeout(170)
BIN = Path(sys.executable).parent
SETTINGS = {
    "argo": "ARGO_DATABASE_URL={url}\nARGO_KEY_DIR={folder}/keys\nARGO_BACKUP_FOLDER={folder}/backups\n",
    "alpine": "ALPINE_DATABASE_URL={url}\nALPINE_KEY_DIR={folder}/keys\nALPINE_BACKUP_FOLDER={folder}/backups\n",
}


@pytest.fixture(scope="module", name="server")
def private_server() -> Iterator[str]:
    try:
        with postgres_server() as url:
            yield url
    except NoServer as error:
        pytest.skip(str(error))


async def made_database(server: str, name: str) -> None:
    connection = await asyncpg.connect(f"{server.replace('+asyncpg', '')}/postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


def plan_on(server: str, folder: Path, entity: str) -> Plan:
    """The checkout's own programs, as the active release and the new one."""
    plan = made_plan(folder, entity)
    name = f"deployed_{entity}"
    asyncio.run(made_database(server, name))
    plan.environment_file.write_text(SETTINGS[entity].format(url=f"{server}/{name}", folder=folder))
    release = plan.release("1" * 40)
    release.mkdir(parents=True)
    (release / "bin").symlink_to(BIN)
    (release / "venv").symlink_to(BIN.parent)
    link_side(plan, "blue", "1" * 40)
    upgrade_database(plan, release)
    return plan


@pytest.mark.slow
@pytest.mark.parametrize("entity", ["argo", "alpine"])
def test_the_new_release_restores_a_backup_of_postgresql_in_a_scratch_database(
    server: str, tmp_path: Path, entity: str
) -> None:
    plan = plan_on(server, tmp_path, entity)
    said = environment(Attempt(plan, "blue", "green", "1" * 40, None))
    assert said.startswith(f"3 settings; {entity}-2")
    assert said.endswith("was restored and looked at by the new release")
