"""Floor 2: what the stages need of the world, as Protocols of one to four methods that promise behaviour.

Each port has a contract-test class in `argo_core.testing.contracts`, which every implementation must pass.
"""

from argo_core.ports.alert_spare import AlertSpare
from argo_core.ports.alert_store import AlertReader, AlertStore
from argo_core.ports.anchor import Anchor, ReceiptStore
from argo_core.ports.audit_reader import AuditReader
from argo_core.ports.bar_window import BarWindow
from argo_core.ports.broker import Broker
from argo_core.ports.calendar import Calendar
from argo_core.ports.clock import Clock
from argo_core.ports.cosignature_store import CosignatureStore
from argo_core.ports.decision_reader import DecisionReader
from argo_core.ports.entry_source import EntrySource
from argo_core.ports.exchange_store import ExchangeStore
from argo_core.ports.execution_journal import ExecutionJournal
from argo_core.ports.execution_reports import ExecutionReportStore
from argo_core.ports.executor_reader import ExecutorReader
from argo_core.ports.flatten_log import FlattenLog
from argo_core.ports.halt_log import HaltLog
from argo_core.ports.lab_runs import LabReader, LabRuns
from argo_core.ports.lab_workers import LabWorkers
from argo_core.ports.ledger_reader import LedgerReader
from argo_core.ports.ledger_store import LedgerStore
from argo_core.ports.ledger_turns import LedgerTurns
from argo_core.ports.market_feed import MarketFeed
from argo_core.ports.market_marks import MarketMarks
from argo_core.ports.notifier import Notifier
from argo_core.ports.order_feed import OrderFeed
from argo_core.ports.order_sweep import OrderSweep
from argo_core.ports.outbox import Outbox
from argo_core.ports.publisher import Publisher
from argo_core.ports.resolved_reader import ResolvedReader
from argo_core.ports.signal_inbox import SignalInbox
from argo_core.ports.signal_log import SignalLog
from argo_core.ports.signal_reader import SignalReader
from argo_core.ports.source import Source
from argo_core.ports.tracer import Span, Tracer
from argo_core.ports.venue_sync import VenueSync
from argo_core.ports.watch_log import WatchLog
from argo_core.ports.witness import Witness

__all__ = [
    "AlertReader",
    "AlertSpare",
    "AlertStore",
    "Anchor",
    "AuditReader",
    "BarWindow",
    "Broker",
    "Calendar",
    "Clock",
    "CosignatureStore",
    "DecisionReader",
    "EntrySource",
    "ExchangeStore",
    "ExecutionJournal",
    "ExecutionReportStore",
    "ExecutorReader",
    "FlattenLog",
    "HaltLog",
    "LabReader",
    "LabRuns",
    "LabWorkers",
    "LedgerReader",
    "LedgerStore",
    "LedgerTurns",
    "MarketFeed",
    "MarketMarks",
    "Notifier",
    "OrderFeed",
    "OrderSweep",
    "Outbox",
    "Publisher",
    "ReceiptStore",
    "ResolvedReader",
    "SignalInbox",
    "SignalLog",
    "SignalReader",
    "Source",
    "Span",
    "Tracer",
    "VenueSync",
    "WatchLog",
    "Witness",
]
