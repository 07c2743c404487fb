"""Who is told when something is wrong: the configured channels, the desk in front of them, and the rules."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import structlog

from argo_core.adapters.alert_channels.alert_mail import addresses
from argo_core.adapters.alert_channels.notion import URL as NOTION_URL
from argo_core.adapters.alert_channels.notion import Notion
from argo_core.adapters.alert_channels.pagerduty import URL as PAGERDUTY_URL
from argo_core.adapters.alert_channels.pagerduty import PagerDuty
from argo_core.adapters.alert_channels.slack import Slack
from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.spare_alert_files import SpareAlertFiles, spare_alert_files
from argo_core.adapters.sql import Database, SqlAlertReader, SqlAlertStore
from argo_core.adapters.sql.database import parse_url
from argo_core.adapters.sql.signal_counts import SqlSignalCounts
from argo_core.adapters.system_clock import SystemClock
from argo_core.alerts.readings import RateReading
from argo_core.alerts.rules import with_limits
from argo_core.errors import ConfigError, StoreError
from argo_core.model.alert import Delivery
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.origin import Origin
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.alert_trial import keep_trial, trial_alert, try_channels
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.signal_rates import SignalRates
from argo_core.ports import AlertSpare, Clock, Notifier
from argo_server.services import AlertServices
from argo_server.settings import Settings
from argo_server.settings.shape import ConfigFile
from argo_server.wiring.alert_log import AlertLog
from argo_server.wiring.mail import mail_server
from argo_server.wiring.spare_log import SpareLog

log = structlog.get_logger(__name__)

Rates = Callable[[], Awaitable[tuple[RateReading, ...]]]


def alert_services(
    settings: Settings,
    database: Database,
    client: httpx.AsyncClient,
    clock: Clock,
    *,
    warnings: bool = True,
    rates: Rates | None = None,
    secrets: SecretKeeper | None = None,
    spare: AlertSpare | None = None,
) -> AlertServices:
    """The desk over this process's database; letters log in with what `secrets` keep. `spare`: where alerts lie while
    that is away; without one a kill loses them.

    Raises ConfigError for a channel that is half configured.
    """
    channels = alert_channels(settings.file, client, secrets)
    place = None if spare is None else SpareLog(spare)
    left = () if place is None else place.load().untold
    desk = AlertDesk(SqlAlertStore(database), channels, clock, random.random, spare=place, left=left)
    return AlertServices(
        desk=desk,
        notifier=AlertLog(desk, warnings=warnings),
        reader=SqlAlertReader(database),
        rules=with_limits(settings.file.alerts.limits),
        rates=rates or _none_expected,
    )


def generator_alerts(
    settings: Settings,
    database: Database,
    client: httpx.AsyncClient,
    clock: Clock,
    origin: Origin,
    stack: AsyncExitStack,
    secrets: SecretKeeper | None = None,
) -> AlertServices:
    """A generator's, with an eye on how many signals come. A replay's market time is not ours: nothing is expected."""
    rates = None if origin.replayed else _signal_rates(settings, database, clock)
    spare = stack.enter_context(untold_files(settings, settings.key_folder))
    return alert_services(settings, database, client, clock, rates=rates, secrets=secrets, spare=spare)


def untold_files(settings: Settings, elsewhere: Path) -> AbstractContextManager[SpareAlertFiles]:
    """Files named for the database, beside it; `elsewhere` with PostgreSQL: a folder that the process writes anyway."""
    url = parse_url(settings.database_url)
    database = Path(url.database or "")
    folder = database.resolve().parent if url.get_backend_name() == "sqlite" else elsewhere
    return spare_alert_files(folder, database.name)


async def _none_expected() -> tuple[RateReading, ...]:
    return ()


def alert_channels(
    file: ConfigFile, client: httpx.AsyncClient, secrets: SecretKeeper | None = None
) -> dict[str, Notifier]:
    """Those that are configured and not switched off, by name. Raises ConfigError."""
    found: dict[str, Notifier] = {}
    pagerduty, slack, notion = file.pagerduty, file.slack, file.notion
    if _wanted("pagerduty", pagerduty.enabled, {"pagerduty.integration_key": pagerduty.integration_key}):
        found["pagerduty"] = PagerDuty(client, pagerduty.integration_key, pagerduty.url or PAGERDUTY_URL)
    if _wanted("slack", slack.enabled, {"slack.webhook_url": slack.webhook_url}):
        found["slack"] = Slack(client, slack.webhook_url)
    mail = file.email
    if _wanted("email", mail.enabled, {"email.host": mail.host, "email.to": mail.to}):
        found["email"] = _email(file, secrets)
    columns = {"notion.api_key": notion.api_key, "notion.data_source_id": notion.data_source_id}
    if _wanted("notion", notion.enabled, columns):
        found["notion"] = Notion(client, notion.api_key, notion.data_source_id, notion.url or NOTION_URL)
    return found


def check_channels(file: ConfigFile) -> None:
    """Raises ConfigError for a channel that is half configured."""
    alert_channels(file, httpx.AsyncClient())


def _wanted(name: str, enabled: bool | None, needs: dict[str, str]) -> bool:
    """Switched on, or not switched off and complete. A half of what a channel needs counts as a mistake only where it
    is switched on: the same mail server may be set for something else."""
    missing = [key for key, value in needs.items() if not value]
    if enabled and missing:
        raise ConfigError(f"{name}.enabled is true and {missing[0]} is not set: set it, or switch {name} off")
    return enabled is not False and not missing


def _email(file: ConfigFile, secrets: SecretKeeper | None) -> Notifier:
    try:  # the only channel with a package of its own
        from argo_core.adapters.alert_channels.email import Email as Mail
    except ImportError as error:
        raise ConfigError(f"alerts by e-mail need the package {error.name}: install argo-server[alerts]") from error
    return Mail(mail_server(file, addresses(file.email.to), secrets))


def _signal_rates(settings: Settings, database: Database, clock: Clock) -> Rates:
    """Without a stock among the symbols the market never closes."""
    symbols = settings.file.signal_generation.symbols
    stocks = any(asset_type_of(symbol) is not AssetType.CRYPTO for symbol in symbols)
    calendar = ExchangeCalendar("XNYS", settings.cache_folder) if stocks else None
    rates = SignalRates(SqlSignalCounts(database), calendar, settings.file.alerts.expected_signals_per_hour)
    return lambda: rates.read(clock.now())


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    database = await Database.open(settings.database_url)
    try:
        yield database
    finally:
        await database.close()


async def try_alerts(settings: Settings) -> tuple[tuple[Delivery, ...], str | None]:
    """One alert to each configured channel, and why it is not kept beside the others, None if it is."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient())
        alert = trial_alert("argo", clock.now())
        deliveries = await try_channels(alert_channels(settings.file, client), alert)
        try:
            database = await stack.enter_async_context(_database(settings))
            await keep_trial(SqlAlertStore(database), alert, deliveries, clock.now())
        except StoreError as error:
            return deliveries, str(error)
    return deliveries, None
