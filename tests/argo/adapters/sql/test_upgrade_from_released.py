"""A database of each released version comes to the newest with every row that it holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database, SqlExecutionReportStore, SqlSignalReader
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.schema import REVISION
from argo_core.adapters.sql.upgrade import UpgradeReport, upgrade
from argo_core.model.execution import Execution
from argo_core.model.query import SignalQuery
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT

AT = "2026-03-02T15:30:00.000000Z"
ROWS = (
    f"INSERT INTO cycle_log VALUES (1, 'c1', '{AT}', '{AT}', '{AT}', 'replay', 1, 0, 1, 1, 0, 0, 0, '{{}}', "
    "'2026-03-02 15:30:00')",
    f"INSERT INTO signal_log VALUES (1, 's1', 'AAPL', 'BUY', 175.25, 180.25, 172.75, 82.5, 'v6', '{AT}', 'jcs-1', "
    f"'{'0' * 64}', NULL, 'equity', 'replay', 'BULL', 'why', NULL, '[]', 'both', 'g', '{AT}', NULL, 'c1', "
    "'2026-03-02 15:30:00')",
    "INSERT INTO execution_log VALUES (1, 's1', 'paper', 'o1', 'filled', NULL, 175.5, 10, NULL, '2026-03-02 15:30:01')",
)


@pytest.mark.parametrize("released", ["0001", "0004", "0005"])
async def test_every_row_of_a_released_version_is_kept(
    empty_url: str, migrations: Path, tmp_path: Path, released: str
) -> None:
    _to_version(empty_url, migrations, tmp_path, released)
    engine = create_engine(parse_url(empty_url), pool_size=1)
    async with engine.execution_options(argo_writing=True).begin() as connection:
        for statement in ROWS:
            await connection.exec_driver_sql(statement)
    await engine.dispose()
    assert await upgrade(empty_url, migrations) == UpgradeReport(before=released, after=REVISION)
    database = await Database.open(empty_url)
    page = await SqlSignalReader(database).signals(SignalQuery())
    executions = await SqlExecutionReportStore(database, FixedClock(MOMENT)).executions(10)
    await database.close()
    assert [logged.sealed.signal.signal_id for logged in page.items] == ["s1"]
    assert executions.items == (
        Execution(signal_id="s1", executor_id="paper", order_id="o1", state="filled", price=175.5, quantity=10.0),
    )


def _to_version(url: str, migrations: Path, folder: Path, version: str) -> None:
    ini = folder / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = {migrations}\npath_separator = os\n")
    command = [sys.executable, "-m", "alembic", "-c", str(ini), "-x", f"url={url}", "upgrade", version]
    subprocess.run(command, check=True, capture_output=True, text=True)
