"""Where alerts lie while the database is away: a folder that the process writes anyway, looked at at the start."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path

import httpx
import pytest

from argo_core.adapters.sql import Database
from argo_core.errors import StoreError
from argo_core.model.origin import Origin
from argo_core.testing.contracts.alert_spare import TRIED, AlertSpareContract
from argo_core.testing.contracts.alert_store import AT, sample_alert
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_spare import MemorySpare
from argo_server.settings import Settings, load_settings
from argo_server.wiring.alerting import generator_alerts
from argo_server.wiring.spare_log import SpareLog
from tests.argo.server.processes import ArgoFolder

POSTGRESQL = "postgresql+asyncpg://argo@127.0.0.1/argo"
REPLAY = Origin(name="replay", description="recorded", replayed=True)


class TestLogged(AlertSpareContract):
    @pytest.fixture
    def next_process(self) -> Callable[[], SpareLog]:
        place = MemorySpare()
        return lambda: SpareLog(place)


async def test_a_place_that_cannot_be_written_is_still_read_and_refuses_each_time() -> None:
    place = MemorySpare()
    await place.save([TRIED])
    place.down = True
    spare = SpareLog(place)
    left = spare.load()
    assert (left.untold, len(left.faults)) == ((TRIED,), 1)
    for _ in range(2):
        with pytest.raises(StoreError):
            await spare.save([])


@pytest.fixture
def laid_out(tmp_path: Path, cache: Path) -> ArgoFolder:
    """As the service is shipped: settings in a folder that is read only, everything else in another one."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "generator.json").write_text("{}")
    folder = ArgoFolder(tmp_path, cache, distribute_to=[]).upgraded()
    with closing(sqlite3.connect(folder.database)) as connection:
        connection.execute("ALTER TABLE alert_log RENAME TO taken_away")
    return folder


def settings_of(folder: ArgoFolder, url: str) -> Settings:
    return load_settings(
        {
            "ARGO_CONFIG": str(folder.folder / "etc" / "generator.json"),
            "ARGO_DATABASE_URL": url,
            "ARGO_KEY_DIR": str(folder.folder / "lib" / "keys"),
            "SLACK_WEBHOOK_URL": "http://127.0.0.1:9/slack",
        }
    )


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_an_alert_that_the_database_does_not_take_lies_beside_it_or_beside_the_keys(
    laid_out: ArgoFolder, backend: str
) -> None:
    own = f"sqlite+aiosqlite:///{laid_out.database}"
    settings = settings_of(laid_out, own if backend == "sqlite" else POSTGRESQL)
    async with AsyncExitStack() as stack:
        database = await Database.open(own)
        stack.push_async_callback(database.close)
        client = await stack.enter_async_context(httpx.AsyncClient())
        alerts = generator_alerts(settings, database, client, FixedClock(AT), REPLAY, stack)
        await alerts.desk.send(sample_alert())
    folder = Path(laid_out.database).parent if backend == "sqlite" else laid_out.folder / "lib" / "keys"
    assert len(list(folder.glob("*.untold-alerts.0.json"))) == 1
    assert [path.name for path in (laid_out.folder / "etc").iterdir()] == ["generator.json"]
