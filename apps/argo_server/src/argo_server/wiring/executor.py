"""An executor process: one account, one database, its services opened in order and closed in reverse."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from argo_core.adapters.http import Receiver, ReportPublisher, Sender
from argo_core.adapters.ready_process import ready_process
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database, SqlExecutorReader, SqlHaltLog, SqlOutbox
from argo_core.adapters.sql.account_pin import AccountPin, pin_account
from argo_core.adapters.sql.execution_journal import REPORTS
from argo_core.adapters.sql.executor_stores import executor_stores
from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import ConfigError
from argo_core.model.venue_account import LiveAccount, PropAccount, SimulatedAccount, is_paper
from argo_core.pipeline import Delivery
from argo_core.pipeline.execution_ports import VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.minder import Minder
from argo_core.pipeline.seated_cycle import Seat
from argo_core.pipeline.trade_test import TradeTest
from argo_core.ports import Clock
from argo_server.courier import Courier
from argo_server.services import AccountFacts, AlertServices, ExecutorServices
from argo_server.settings import ExecutorRole
from argo_server.settings.shape import ConfigFile
from argo_server.settings.trading_sections import Credentials
from argo_server.wiring.account_rules import account_rules
from argo_server.wiring.accounts import Account, account_mode, account_of
from argo_server.wiring.alerting import alert_services, untold_files
from argo_server.wiring.executor_reload import RunningRules, rules_reloader
from argo_server.wiring.passing import pass_watch
from argo_server.wiring.secrets import executor_keeper, rotating_client
from argo_server.wiring.tracing import open_tracer
from argo_server.wiring.venues import open_venue

MIGRATIONS = Path(__file__).parents[1] / "migrations"
GENERATOR = "generator"


@asynccontextmanager
async def open_executor(role: ExecutorRole, credential: Credentials) -> AsyncIterator[ExecutorServices]:
    """Everything an executor process needs. Nothing is traded yet: `minder.recover` finishes what an earlier process
    began, and only then takes prices and signals.

    Its database is brought to the newest schema here: an executor owns it alone, and starts on an empty folder.
    Raises ConfigError for settings that contradict each other or an account that is not the pinned one, StoreError.
    """
    require_distribution_key(role.settings.file)
    account, clock = account_of(role, credential), SystemClock()
    account_rules(role, None)
    ready_process()
    async with AsyncExitStack() as stack:
        tracer = await stack.enter_async_context(open_tracer(role.settings, role.executor_id))
        database, seat = await _own_database(role, stack)
        pin = await pin_account(database, _pin(role, account), clock.now())
        venue = await stack.enter_async_context(open_venue(role, account, pin, database, clock))
        rules = account_rules(role, pin.starting_cash or None)
        halts, stores = SqlHaltLog(database), executor_stores(database, clock)
        secrets = executor_keeper(role.settings, clock)
        client = await stack.enter_async_context(rotating_client(secrets))
        alerts = _alerts(role, database, client, clock, secrets, stack)
        ports, ids = VenuePorts.of(venue.ports), sortable_ids(clock)
        executor = Executor(rules.policy, rules.executor, ports, stores, clock, ids, alerts.notifier, tracer)
        minder, outbox = Minder(executor, clock, venue.fresh_seconds), SqlOutbox(database)
        yield ExecutorServices(
            role=role,
            seat=seat,
            clock=clock,
            started_at=clock.now(),
            executor=executor,
            minder=minder,
            follow=venue.follow,
            reader=SqlExecutorReader(database),
            halts=halts,
            flattens=halts,
            account=AccountFacts(mode=account_mode(role), number=pin.account_number, rules=rules.label),
            outbox=outbox,
            reloader=await rules_reloader(RunningRules(role, executor, pin), database, clock, alerts.notifier),
            secrets=secrets,
            courier=report_courier(role.settings.file, outbox, clock, client),
            trade_test=TradeTest(executor, ports, stores.window, clock, ids, real_money=holds_money(account)),
            passing=pass_watch(role, database, minder),
            alerts=alerts,
            spans=tracer.counts,
        )


def _alerts(
    role: ExecutorRole,
    database: Database,
    client: httpx.AsyncClient,
    clock: Clock,
    secrets: SecretKeeper,
    stack: AsyncExitStack,
) -> AlertServices:
    settings, warnings = role.settings, role.settings.file.prop_firm.monitoring.alert_on_warning
    spare = stack.enter_context(untold_files(settings, settings.cache_folder))
    return alert_services(settings, database, client, clock, warnings=warnings, secrets=secrets, spare=spare)


async def _own_database(role: ExecutorRole, stack: AsyncExitStack) -> tuple[Database, Seat]:
    await upgrade(role.settings.database_url, MIGRATIONS)
    database = await Database.open(role.settings.database_url)
    stack.push_async_callback(database.close)
    seat = await stack.enter_async_context(generator_lock(role.settings.database_url, "executor"))
    database.fence_with(seat.fence)  # an order is written down before it is sent: without its place it sends none
    return database, seat


def _pin(role: ExecutorRole, account: Account) -> AccountPin:
    """A real account's beginning is not ours to say: its first reading is."""
    simulated = isinstance(account, SimulatedAccount)
    cash = role.settings.file.trading.simulated.starting_cash if simulated else 0.0
    return AccountPin(executor_id=role.executor_id, account_number=account.account_number, starting_cash=cash)


def holds_money(account: Account) -> bool:
    """True where a mistake costs some."""
    return isinstance(account, LiveAccount) or (isinstance(account, PropAccount) and not is_paper(account))


def report_courier(file: ConfigFile, outbox: SqlOutbox, clock: Clock, client: httpx.AsyncClient) -> Courier:
    """Carries the executor's reports to the generator."""
    receiver = Receiver(file.executor.signal_source_url.rstrip("/"), file.distribution.api_key)
    delivery = Delivery(REPORTS, outbox, ReportPublisher(Sender(client, receiver)), clock)
    return Courier(GENERATOR, delivery, clock, random.random)


def require_distribution_key(file: ConfigFile) -> None:
    """Raises ConfigError: without the key nobody may send signals."""
    if not file.distribution.api_key:
        raise ConfigError("an executor needs the key that it shares with the generator: set ARGO_DISTRIBUTION_KEY")
