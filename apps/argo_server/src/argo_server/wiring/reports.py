"""Reports of what signals and trades came to: made of the generator's database, kept in a folder, carried further."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from argo_core.adapters.replay.feed import RECORDED
from argo_core.adapters.report_files.performance_forms import forms_left_out, performance_forms
from argo_core.adapters.report_files.whole_file import write_whole
from argo_core.adapters.report_folder import ReportFolder
from argo_core.adapters.s3_reports import S3Reports
from argo_core.adapters.sql import Database, SqlResolvedReader
from argo_core.adapters.sql.performance_reader import SqlPerformanceReader
from argo_core.adapters.system_clock import SystemClock
from argo_core.pipeline.keep_reports import ReportKeeper
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.make_report import ReportMaker
from argo_core.ports import Clock, Notifier
from argo_core.ports.report_shelf import ReportPost
from argo_server.services import ReportServices
from argo_server.settings import Settings, market_choice
from argo_server.settings.report_section import report_time, reports_folder
from argo_server.settings.shape import ConfigFile
from argo_server.wiring.alerting import alert_services
from argo_server.wiring.mail import mail_server

INTERVALS_SEED = 0


def report_services(
    settings: Settings, database: Database, clock: Clock, notifier: Notifier, secrets: SecretKeeper | None = None
) -> ReportServices:
    """Of one process. Raises ConfigError where an upload or a letter is configured that cannot be made."""
    rules = settings.file.reports
    live = market_choice(settings).live
    capital = settings.file.trading.simulated.starting_cash if rules.capital is None else rules.capital
    maker = ReportMaker(
        reader=SqlPerformanceReader(database),
        resolved=SqlResolvedReader(database),
        clock=clock,
        capital=capital,
        seed=INTERVALS_SEED,
        origin=None if live else f"Prices are a replay: {RECORDED}. No market was traded.",
    )
    shelf = ReportFolder(reports_folder(rules, settings.file_path))
    keeper = ReportKeeper(
        maker=maker,
        render=performance_forms,
        shelf=shelf,
        upload=S3Reports(rules.bucket) if rules.bucket else None,
        post=_post(settings.file, clock, secrets),
        notifier=notifier,
        clock=clock,
    )
    return ReportServices(
        clock=clock, maker=maker, keeper=keeper, shelf=shelf, at=report_time(rules), left_out=forms_left_out
    )


@asynccontextmanager
async def open_reports(settings: Settings) -> AsyncIterator[ReportServices]:
    """For a command, beside the generator or without one. Raises ConfigError, StoreError."""
    database, clock = await Database.open(settings.database_url), SystemClock()
    try:
        async with httpx.AsyncClient() as client:
            # Handed in here; the generator tells it.
            notifier = alert_services(settings, database, client, clock).notifier
            yield report_services(settings, database, clock, notifier)
    finally:
        await database.close()


def write_file(file: Path, text: str) -> None:
    """Whole or not at all. Raises ConfigError."""
    write_whole(file, text.encode())


def _post(file: ConfigFile, clock: Clock, secrets: SecretKeeper | None) -> ReportPost | None:
    if not file.reports.mail_to:
        return None
    server = mail_server(file, file.reports.mail_to, secrets)
    from argo_core.adapters.mailed_reports import MailedReports

    return MailedReports(server, clock)
