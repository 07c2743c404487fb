"""Floor 1: frozen values: received, verified and stored signals, records, marks, tiers, accounts."""

from alpine_core.model.account import Account, Role, Session
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.audit_row import AuditRow, OutcomeRow, SignalRow, StrayRow
from alpine_core.model.mark import Mark, MarkReceipt, MarkSeries
from alpine_core.model.position import Position
from alpine_core.model.query import Page, SignalQuery, Window
from alpine_core.model.realised import (
    PlacedRealised,
    RealisedFigures,
    RealisedReceipt,
    RealisedRow,
    RealisedTrade,
    StoredRealised,
    contradicting,
)
from alpine_core.model.receipt import Receipt, ReceiptStatus, conflicting
from alpine_core.model.record import Record, RecordKind
from alpine_core.model.seal import OutcomeSeal, Reveal, Seal
from alpine_core.model.signal import (
    Details,
    HashedFields,
    OutcomeRecord,
    StoredSignal,
    VerifiedSignal,
    VoteLine,
)
from alpine_core.model.tier import DEFAULT_TERMS, Tier, TierTerms
from alpine_core.model.witness import (
    Advance,
    Cosignature,
    KeptCheckpoint,
    LoggedSignal,
    MirrorStep,
    OverdueReveal,
    Repin,
    WitnessState,
)

__all__ = [
    "DEFAULT_TERMS",
    "Account",
    "Advance",
    "Alarm",
    "AlarmKind",
    "AuditRow",
    "Cosignature",
    "Details",
    "HashedFields",
    "KeptCheckpoint",
    "LoggedSignal",
    "Mark",
    "MarkReceipt",
    "MarkSeries",
    "MirrorStep",
    "OutcomeRecord",
    "OutcomeRow",
    "OutcomeSeal",
    "OverdueReveal",
    "Page",
    "PlacedRealised",
    "Position",
    "RealisedFigures",
    "RealisedReceipt",
    "RealisedRow",
    "RealisedTrade",
    "Receipt",
    "ReceiptStatus",
    "Record",
    "RecordKind",
    "Repin",
    "Reveal",
    "Role",
    "Seal",
    "Session",
    "SignalQuery",
    "SignalRow",
    "StoredRealised",
    "StoredSignal",
    "StrayRow",
    "Tier",
    "TierTerms",
    "VerifiedSignal",
    "VoteLine",
    "Window",
    "WitnessState",
    "conflicting",
    "contradicting",
]
