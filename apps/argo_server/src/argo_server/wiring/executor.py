"""An executor process: one account, one database, its services opened in order and closed in reverse."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from argo_core.adapters.http import Receiver, ReportPublisher, Sender
from argo_core.adapters.rule_packs import load_pack
from argo_core.adapters.simulated import SimulatedExchange, simulated_account_number
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import (
    Database,
    SqlBarWindow,
    SqlExchangeStore,
    SqlExecutionJournal,
    SqlExecutorReader,
    SqlHaltLog,
    SqlOutbox,
    SqlSignalInbox,
    SqlWatchLog,
)
from argo_core.adapters.sql.account_pin import AccountPin, pin_account, pinned_account
from argo_core.adapters.sql.execution_journal import REPORTS
from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import ConfigError, NoDatabase, StoreError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.matching import Matching
from argo_core.pipeline import Delivery
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.ports import Clock
from argo_core.risk import (
    PropFirmLimits,
    RegularLimits,
    RiskLayer,
    SizePolicy,
    Standing,
    prop_firm_layers,
    regular_layers,
)
from argo_server.courier import Courier
from argo_server.services import ExecutorRecords, ExecutorServices
from argo_server.settings import ExecutorRole
from argo_server.settings.shape import ConfigFile, Credentials

MIGRATIONS = Path(__file__).parents[1] / "migrations"
GENERATOR = "generator"
PACK = "seed-limits"


@asynccontextmanager
async def open_executor(role: ExecutorRole, credential: Credentials) -> AsyncIterator[ExecutorServices]:
    """Everything an executor process needs; when it yields, what an earlier process began is finished.

    Its database is brought to the newest schema here: an executor owns it alone, and starts on an empty folder.
    Raises ConfigError for settings that contradict each other or an account that is not the pinned one, StoreError.
    """
    settings = role.settings
    require_distribution_key(settings.file)
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        await upgrade(settings.database_url, MIGRATIONS)
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(generator_lock(settings.database_url, "executor"))
        pin = AccountPin(
            executor_id=role.executor_id,
            account_number=simulated_account_number(credential.api_key),
            starting_cash=settings.file.trading.simulated.starting_cash,
        )
        exchange = simulated_exchange(settings.file, database, await pin_account(database, pin, clock.now()), clock)
        halts = SqlHaltLog(database)
        stores = ExecutorStores(
            inbox=SqlSignalInbox(database),
            journal=SqlExecutionJournal(database, clock),
            halts=halts,
            flattens=halts,
            watch=SqlWatchLog(database),
            window=SqlBarWindow(database),
        )
        executor = Executor(
            execution_policy(role),
            executor_rules(role, pin.starting_cash),
            VenuePorts.of(exchange),
            stores,
            clock,
            sortable_ids(clock),
        )
        await executor.recover()
        outbox = SqlOutbox(database)
        client = await stack.enter_async_context(httpx.AsyncClient())
        yield ExecutorServices(
            role=role,
            clock=clock,
            started_at=clock.now(),
            executor=executor,
            reader=SqlExecutorReader(database),
            outbox=outbox,
            courier=report_courier(settings.file, outbox, clock, client),
        )


@asynccontextmanager
async def open_executor_records(role: ExecutorRole) -> AsyncIterator[ExecutorRecords]:
    """What an executor has stored, for commands that only read. Raises StoreError where it has never run."""
    never = f"executor {role.executor_id} has never run here: start it with: argo serve --role executor"
    try:
        database = await Database.open(role.settings.database_url)
    except NoDatabase as error:
        raise StoreError(never) from error
    try:
        pin = await pinned_account(database)
        if pin is None:
            raise StoreError(never)
        exchange = simulated_exchange(role.settings.file, database, pin, SystemClock())
        yield ExecutorRecords(broker=exchange, reader=SqlExecutorReader(database))
    finally:
        await database.close()


def simulated_exchange(file: ConfigFile, database: Database, pin: AccountPin, clock: Clock) -> SimulatedExchange:
    """The venue that this executor trades on."""
    costs = file.trading.simulated
    rules = Matching(CostPolicy(slippage_pct=costs.slippage_pct, fee_pct=costs.fee_pct))
    return SimulatedExchange(SqlExchangeStore(database), rules, pin.account_number, pin.starting_cash, clock)


def execution_policy(role: ExecutorRole) -> ExecutionPolicy:
    """By which rules this executor trades."""
    trading, limits = role.settings.file.trading, role.settings.file.prop_firm.risk_limits
    max_pct = limits.max_position_size_pct if role.prop_firm else trading.max_position_size_pct
    return ExecutionPolicy(
        executor_id=role.executor_id,
        layers=layers_of(role),
        size=SizePolicy(
            base_pct=min(trading.position_size_pct, max_pct),
            max_pct=max_pct,
            fractional_shares=trading.fractional_shares,
        ),
        standing=Standing(auto_execute=trading.auto_execute),
        flip=trading.flip,
    )


def executor_rules(role: ExecutorRole, initial: float) -> ExecutorRules:
    """By which rules this executor minds its account, which began with `initial` in quote currency."""
    return ExecutorRules(watch=load_pack(PACK).watch(initial) if role.prop_firm else RegularLimits().watch())


def layers_of(role: ExecutorRole) -> tuple[RiskLayer, ...]:
    """The layers that stand before every order."""
    trading, limits = role.settings.file.trading, role.settings.file.prop_firm.risk_limits
    if not role.prop_firm:
        return regular_layers(
            RegularLimits(
                min_confidence=trading.min_confidence,
                max_position_pct=trading.max_position_size_pct,
                max_age_seconds=trading.max_signal_age_seconds,
            )
        )
    return prop_firm_layers(
        PropFirmLimits(
            min_confidence=max(limits.min_confidence, trading.min_confidence),
            max_position_pct=limits.max_position_size_pct,
            max_age_seconds=trading.max_signal_age_seconds,
            max_positions=limits.max_positions,
            max_stop_pct=limits.max_stop_loss_pct,
        )
    )


def report_courier(file: ConfigFile, outbox: SqlOutbox, clock: Clock, client: httpx.AsyncClient) -> Courier:
    """Carries the executor's reports to the generator."""
    receiver = Receiver(file.executor.signal_source_url.rstrip("/"), file.distribution.api_key)
    delivery = Delivery(REPORTS, outbox, ReportPublisher(Sender(client, receiver)), clock)
    return Courier(GENERATOR, delivery, clock, random.random)


def require_distribution_key(file: ConfigFile) -> None:
    """Raises ConfigError: without the key nobody may send signals."""
    if not file.distribution.api_key:
        raise ConfigError("an executor needs the key that it shares with the generator: set ARGO_DISTRIBUTION_KEY")
