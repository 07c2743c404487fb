"""The database's schema, brought up to this program."""

from __future__ import annotations

from pathlib import Path

from alpine_core.adapters.sql import upgrade
from alpine_web.settings import Settings

MIGRATIONS = Path(__file__).parents[1] / "migrations"


async def upgrade_database(settings: Settings) -> tuple[str | None, str]:
    """Bring the configured database to the newest schema by the migrations that travel with this program.

    The schema before (None: there was none) and after. Raises StoreError, OperatorError.
    """
    report = await upgrade(settings.database_url, MIGRATIONS)
    return report.before, report.after
