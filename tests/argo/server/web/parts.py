"""A whole application over a log in memory, built from literal values."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import uvicorn
from litestar import Litestar
from litestar.testing import AsyncTestClient

from argo_core.adapters.report_files.performance_forms import performance_forms
from argo_core.alerts.readings import RateReading
from argo_core.alerts.rules import RULES
from argo_core.backtest.lab.desk import LabDesk
from argo_core.backtest.lab.request import BacktestRequest, completed, content_key, document_of
from argo_core.errors import FeedExhausted, StoreError
from argo_core.execution.costs import CostPolicy
from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.ledger.note_key import SigningKey
from argo_core.model.anchor import Receipt
from argo_core.model.backup import LastBackup
from argo_core.model.cycle import CycleRecord
from argo_core.model.lab_run import Asked
from argo_core.model.ledger import DayRoot, DueTrade
from argo_core.model.ledger_audit import RealisedRow, SealedRow
from argo_core.model.ledger_places import DecisionPlace, SignalPlaces
from argo_core.model.ledger_standing import LedgerStanding
from argo_core.model.origin import Origin
from argo_core.model.outcome import Result
from argo_core.model.parity import ParityReport
from argo_core.model.source import SourceCall
from argo_core.pipeline import Cycle, CycleReport
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.anchoring import Anchoring
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.pipeline.check_record import RecordChecker
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.cycle_uptime import CycleUptime
from argo_core.pipeline.executor_watch import ExecutorWatch
from argo_core.pipeline.health_levels import CheckedPart
from argo_core.pipeline.heartbeat import Heartbeat
from argo_core.pipeline.integrity import Integrity
from argo_core.pipeline.keep_backups import BackupRun
from argo_core.pipeline.keep_reports import ReportKeeper
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.ledger_duty import DutyParts, LedgerDuty
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.make_report import ReportMaker
from argo_core.pipeline.prove import Prover
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.pipeline.seated_cycle import LastingSeat
from argo_core.ports import DecisionReader, ExecutionReportStore, SignalReader
from argo_core.ports.anchor import ReceiptStore
from argo_core.ports.witness import Witness
from argo_core.testing.memory_alerts import MemoryAlerts
from argo_core.testing.memory_lab import MemoryLabRuns, MemoryWorkers
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.memory_parity import MemoryParityReports
from argo_core.testing.memory_performance import MemoryPerformance
from argo_core.testing.memory_reports import MemoryReports
from argo_core.testing.memory_resolved import MemoryResolved
from argo_core.testing.memory_shelf import MemoryShelf
from argo_core.testing.sample_cycles import (
    MOMENT,
    published_cycle,
    sample_cycle,
    sample_decision,
    sample_outcome,
    sample_signal,
)
from argo_server.announcements import Announcements
from argo_server.generator import Generator
from argo_server.metrics import IntegrityRecord, Metrics, ParityRecord
from argo_server.reloading import Reloader
from argo_server.services import (
    AlertServices,
    BackupServices,
    LabServices,
    LedgerServices,
    LiveServices,
    ParityServices,
    ReportServices,
    Services,
)
from argo_server.settings import Settings, load_settings
from argo_server.settings.reload import Reread, reread
from argo_server.settings.shape import Server
from argo_server.web.app import create_app

ORIGIN = Origin(
    name="replay",
    description="recorded history from a package",
    replayed=True,
    period_start=datetime(2018, 11, 1, tzinfo=UTC),
    period_end=datetime(2019, 9, 30, tzinfo=UTC),
)
CALLS = (
    SourceCall(source="replay_price", asked=2, answered=2, saved=0, duration_ms=12.0, failure=None),
    SourceCall(source="sonar", asked=2, answered=0, saved=0, duration_ms=1.0, failure=None),
    SourceCall(source="massive", asked=2, answered=0, saved=0, duration_ms=250.0, failure="vendor error"),
)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Always the same moment: 90 s after the samples' wall clock."""

    moment: datetime = MOMENT + timedelta(seconds=90)

    def now(self) -> datetime:
        return self.moment


class ScriptedCycle(Cycle):
    """Appends the given records one by one instead of deciding anything."""

    def __init__(self, log: MemoryLog, records: Sequence[CycleRecord]) -> None:
        self._log, self._records = log, list(records)

    async def run(self, symbols: Sequence[str]) -> CycleReport:
        if not self._records:
            raise FeedExhausted("the script is over")
        record = self._records.pop(0)
        receipt = await self._log.append(record)
        return CycleReport(
            record=record, receipt=receipt, calls=CALLS, cache_hits=min(1, len(record.decisions)), duration_ms=12.5
        )


def three_cycles() -> list[CycleRecord]:
    """AAPL and BTC-USD published and TSLA vetoed; then AAPL wins and NVDA is sold; then MSFT is published."""
    first = published_cycle("c1", ["AAPL", "BTC-USD"])
    later = MOMENT + timedelta(seconds=5)
    sold = sample_signal("s-nvda", symbol="NVDA", action="SELL", confidence=91.5, regime="CRISIS", at=later)
    return [
        msgspec.structs.replace(
            first, symbols=5, skipped=2, decisions=(*first.decisions, sample_decision("d-tsla", symbol="TSLA"))
        ),
        sample_cycle(
            "c2",
            signals=[sold],
            decisions=[
                sample_decision(
                    "d-nvda",
                    symbol="NVDA",
                    status="published",
                    veto=None,
                    signal_id="s-nvda",
                    confidence=91.5,
                    at=later,
                ),
                sample_decision("d-btc", symbol="BTC-USD", status="repeat", veto="already_open", repeat_of="c1-s1"),
            ],
            outcomes=[sample_outcome(first.signals[0], result=Result.TARGET, profit_loss_pct=2.5, at=later)],
            at=later,
        ),
        published_cycle("c3", ["MSFT"], at=later + timedelta(seconds=5)),
    ]


async def no_change(_: Reread) -> None:
    """Takes nothing over."""


def assemble(
    log: MemoryLog,
    records: Sequence[CycleRecord] = (),
    *,
    server: Server | None = None,
    signals: SignalReader | None = None,
    decisions: DecisionReader | None = None,
    origin: Origin = ORIGIN,
    ledger: LedgerServices | None = None,
    reports: ExecutionReportStore | None = None,
    executors: ExecutorWatch | None = None,
    settings: Settings | None = None,
    live: LiveServices | None = None,
    reloader: Reloader | None = None,
    lab: LabServices | None = None,
    parity: ParityServices | None = None,
    alerts: AlertServices | None = None,
    written: ReportServices | None = None,
) -> Services:
    """Services over `log`; the generator will run `records`, `signals` and `decisions` may stand in for the log."""
    settings = settings or load_settings({})
    if server is not None:
        settings = dataclasses.replace(settings, file=msgspec.structs.replace(settings.file, server=server))
    generator = Generator(ScriptedCycle(log, records), ("AAPL", "TSLA"), 5.0, FixedClock(), origin)
    announcements, metrics = Announcements(), Metrics()
    generator.listen(metrics.observe)
    generator.listen(announcements.announce)
    return Services(
        settings=settings,
        clock=FixedClock(),
        started_at=MOMENT,
        seat=LastingSeat(),
        leadership=None,
        signals=signals or log,
        decisions=decisions or log,
        outbox=log,
        generator=generator,
        couriers=(),
        announcements=announcements,
        metrics=metrics,
        reports=reports or MemoryReports({}),
        executors=executors or ExecutorWatch({}, {}, FixedClock(), MemoryNotifier()),
        ledger=ledger or ledger_services(MemoryLedger()),
        database_backend="memory",
        live=live,
        reloader=reloader or Reloader(None, lambda: reread(settings), no_change, FixedClock()),
        lab=lab or lab_services(),
        parity=parity or parity_services(),
        alerts=alerts or alert_services(MemoryAlerts()),
        written=written or written_services(),
        backups=backup_services(),
        secrets=SecretKeeper(None, {}, FixedClock()),
        uptime=CycleUptime(decisions or log),
        look=nobody_looks,
    )


async def nobody_looks(level: int) -> tuple[CheckedPart, ...]:
    """For tests that do not ask."""
    raise AssertionError(f"health of level {level} was asked")


def alert_services(store: MemoryAlerts, *channels: str) -> AlertServices:
    """Alerts in memory. `channels` are to tell them, and nobody does."""
    desk = AlertDesk(store, {name: MemoryNotifier() for name in channels}, FixedClock(), lambda: 0.0)

    async def rates() -> tuple[RateReading, ...]:
        return ()

    return AlertServices(desk=desk, notifier=desk, reader=store, rules=RULES, rates=rates)


def lab_services(lab: MemoryLabRuns | None = None) -> LabServices:
    """A desk over memory: runs wait until a test says what becomes of them. AAPL and TSLA are recorded."""
    runs, numbers, recorded = lab or MemoryLabRuns(), itertools.count(1), ("AAPL", "TSLA")
    desk = LabDesk(runs, runs, MemoryWorkers(), FixedClock(), lambda: f"run-{next(numbers)}", 1)

    async def ask(request: BacktestRequest) -> Asked:
        whole = completed(request, recorded, 100_000.0, CostPolicy())
        document = document_of(whole, b"{}")
        return await desk.ask(whole.kind, document, content_key(document, ()))

    return LabServices(desk=desk, ask=ask, symbols=recorded, stored=lambda: ((), None))


def backup_services() -> BackupServices:
    """None was taken, and none is due."""

    async def run() -> BackupRun:
        raise StoreError("nothing is backed up here")

    async def due(_now: datetime) -> bool:
        return False

    async def last() -> LastBackup | None:
        return None

    return BackupServices(run, due, last, MemoryNotifier(), FixedClock())


def parity_services(*reports: ParityReport) -> ParityServices:
    """These comparisons, and no way to make more."""
    store = MemoryParityReports()
    store.stored += reports

    async def run(_day: date, _executor: str | None) -> tuple[ParityReport, ...]:
        return ()

    return ParityServices(store, run, ParityRecord(), FixedClock())


def written_services(shelf: MemoryShelf | None = None) -> ReportServices:
    """Reports in memory, of a log without a signal; nobody carries them further."""
    clock, kept = FixedClock(), shelf or MemoryShelf()
    maker = ReportMaker(
        reader=MemoryPerformance(), resolved=MemoryResolved(), clock=clock, capital=100_000.0, seed=0, origin=None
    )
    keeper = ReportKeeper(
        maker=maker, render=performance_forms, shelf=kept, upload=None, post=None, notifier=MemoryNotifier(),
        clock=clock,
    )  # fmt: skip
    return ReportServices(clock=clock, maker=maker, keeper=keeper, shelf=kept, at=time(23, 59), left_out=dict)


LOG_KEY = SigningKey("argo.localhost/signals", bytes(32))


def ledger_services(
    memory: MemoryLedger,
    standing: LedgerStanding | None = None,
    receipts: ReceiptStore | None = None,
    witnesses: tuple[Witness, ...] = (),
) -> LedgerServices:
    """The provable log in memory; `standing` stands in for how it stands."""
    feed, cosigning = LedgerFeed(memory), Cosigning(memory, memory)
    policy = LedgerPolicy()
    duty = LedgerDuty(
        Ledger(memory, [LOG_KEY], policy, lambda: bytes(32)),
        DutyParts(
            guard=RestoreGuard(feed, witnesses, policy.origin, (LOG_KEY.verifier,)),
            heartbeat=Heartbeat(feed, witnesses, cosigning),
            cosigning=cosigning,
            files=None,
            clock=FixedClock(),
            topics=("distributor",),
        ),
    )

    async def stands() -> LedgerStanding:
        return await duty.standing() if standing is None else standing

    places, keys = MemoryPlaces(), (LOG_KEY.verifier,)
    log = MemoryLog()
    return LedgerServices(
        policy=lambda: policy,
        prover=Prover(memory, memory),
        places=places,
        integrity=Integrity(
            log,
            RecordChecker(log, places, memory, memory, policy.origin, keys, ()),
            LedgerAudit(memory, memory, NoRows(), policy.origin, keys),
            lambda: 0.5,
        ),
        checks=IntegrityRecord(),
        anchoring=Anchoring(None, memory, receipts or MemoryReceipts()),
        standing=stands,
        duty=duty,
    )


class MemoryPlaces:
    """`ports.LedgerPlaces` that knows which signals are sealed, and no more."""

    def __init__(self, *sealed: str) -> None:
        self._sealed = frozenset(sealed)

    async def signal(self, signal_id: str) -> SignalPlaces | None:
        return None

    async def sealed(self, signal_ids: Sequence[str]) -> frozenset[str]:
        return self._sealed & frozenset(signal_ids)

    async def decision(self, decision_id: str) -> DecisionPlace | None:
        return None

    async def day(self, date: str) -> tuple[bytes, ...]:
        return ()


class NoRows:
    """`ports.AuditReader` over nothing."""

    async def sealed(self, after: int, limit: int) -> tuple[SealedRow, ...]:
        return ()

    async def realised(self, after: int, limit: int) -> tuple[RealisedRow, ...]:
        return ()

    async def unlogged(self, limit: int) -> tuple[DueTrade, ...]:
        return ()

    async def day(self, date: str) -> DayRoot:
        return DayRoot(date=date, count=0, root="")


class MemoryReceipts:
    """`ports.ReceiptStore` over a list."""

    def __init__(self, *receipts: Receipt) -> None:
        self._receipts = list(receipts)

    async def add(self, receipt: Receipt) -> None:
        self._receipts.append(receipt)

    async def newest(self) -> Receipt | None:
        return max(self._receipts, key=lambda one: one.size, default=None)

    async def of(self, size: int) -> tuple[Receipt, ...]:
        return tuple(one for one in self._receipts if one.size == size)


async def services_after(records: Sequence[CycleRecord], server: Server | None = None) -> Services:
    """Services whose generator has run `records`."""
    services = assemble(MemoryLog(), records, server=server)
    for _ in records:
        await services.generator.tick()
    return services


@asynccontextmanager
async def client_of(services: Services) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """A client that asks for 127.0.0.1. Exceptions become answers, as they do for a real caller."""
    async with AsyncTestClient(
        create_app(services), base_url="http://127.0.0.1:7999", raise_server_exceptions=False
    ) as client:
        yield client


@asynccontextmanager
async def served(services: Services) -> AsyncIterator[tuple[str, uvicorn.Server, asyncio.Task[None]]]:
    """The application on a real server on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(create_app(services), log_config=None, access_log=False, timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", server, serving
        server.should_exit = True
        services.announcements.close()
        await serving
