"""The producer's library: bars → votes → Weighted Consensus v6.0 → hashed signals in an append-only log."""

from argo_core.consensus import ConsensusEngine, ConsensusPolicy, ConsensusTable, VoteTable, Weights
from argo_core.ledger import Ledger, LedgerPolicy, SigningKey, canonical_bytes, signal_hash, verify_signal
from argo_core.model.bars import Bar, Bars
from argo_core.model.consensus import Consensus
from argo_core.model.direction import Direction
from argo_core.model.market_view import MarketView
from argo_core.model.outcome import Outcome
from argo_core.model.regime import Regime
from argo_core.model.signal import LoggedSignal, SealedSignal, Signal
from argo_core.model.source import Group, SourceSpec
from argo_core.model.verdict import Allowed, Denied
from argo_core.model.vote import Absence, Vote, VoteColumn
from argo_core.regime import RegimeDetector, RegimePolicy
from argo_core.risk import PositionSizer, PropFirmMonitor, PropFirmRules, RiskLayer, RiskPolicy
from argo_core.tracking import Tracker

__all__ = [
    "Absence",
    "Allowed",
    "Bar",
    "Bars",
    "Consensus",
    "ConsensusEngine",
    "ConsensusPolicy",
    "ConsensusTable",
    "Denied",
    "Direction",
    "Group",
    "Ledger",
    "LedgerPolicy",
    "LoggedSignal",
    "MarketView",
    "Outcome",
    "PositionSizer",
    "PropFirmMonitor",
    "PropFirmRules",
    "Regime",
    "RegimeDetector",
    "RegimePolicy",
    "RiskLayer",
    "RiskPolicy",
    "SealedSignal",
    "Signal",
    "SigningKey",
    "SourceSpec",
    "Tracker",
    "Vote",
    "VoteColumn",
    "VoteTable",
    "Weights",
    "canonical_bytes",
    "signal_hash",
    "verify_signal",
]
