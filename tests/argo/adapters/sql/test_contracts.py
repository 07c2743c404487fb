"""The SQL adapters keep the promises of their ports, on both databases."""

from argo_core.testing.contracts.ledger import LedgerContract
from argo_core.testing.contracts.ledger_realised import LedgerRealisedContract
from argo_core.testing.contracts.ledger_recovery import LedgerRecoveryContract
from argo_core.testing.contracts.outbox import OutboxContract
from argo_core.testing.contracts.readers import DecisionReaderContract, SignalReaderContract
from argo_core.testing.contracts.signal_log import SignalLogContract


class TestSqlSignalLog(SignalLogContract):
    pass


class TestSqlSignalReader(SignalReaderContract):
    pass


class TestSqlDecisionReader(DecisionReaderContract):
    pass


class TestSqlOutbox(OutboxContract):
    pass


class TestSqlLedger(LedgerContract):
    pass


class TestSqlLedgerRecovery(LedgerRecoveryContract):
    pass


class TestSqlLedgerRealised(LedgerRealisedContract):
    pass
