"""Floor 2: what the stages need of the world, as Protocols of one to four methods that promise behaviour.

Each port has a contract-test class in `argo_core.testing.contracts`, which every implementation must pass.
"""

from argo_core.ports.broker import Broker
from argo_core.ports.calendar import Calendar
from argo_core.ports.clock import Clock
from argo_core.ports.decision_reader import DecisionReader
from argo_core.ports.exchange_store import ExchangeStore
from argo_core.ports.execution_journal import ExecutionJournal
from argo_core.ports.execution_reports import ExecutionReportStore
from argo_core.ports.executor_reader import ExecutorReader
from argo_core.ports.market_feed import MarketFeed
from argo_core.ports.market_marks import MarketMarks
from argo_core.ports.notifier import Notifier
from argo_core.ports.order_feed import OrderFeed
from argo_core.ports.outbox import Outbox
from argo_core.ports.publisher import Publisher
from argo_core.ports.signal_inbox import SignalInbox
from argo_core.ports.signal_log import SignalLog
from argo_core.ports.signal_reader import SignalReader
from argo_core.ports.source import Source

__all__ = [
    "Broker",
    "Calendar",
    "Clock",
    "DecisionReader",
    "ExchangeStore",
    "ExecutionJournal",
    "ExecutionReportStore",
    "ExecutorReader",
    "MarketFeed",
    "MarketMarks",
    "Notifier",
    "OrderFeed",
    "Outbox",
    "Publisher",
    "SignalInbox",
    "SignalLog",
    "SignalReader",
    "Source",
]
