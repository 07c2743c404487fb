"""Floor 3: Weighted Consensus v6.0."""

from argo_core.consensus.cache import ConsensusCache
from argo_core.consensus.early_exit import undecided
from argo_core.consensus.engine import ConsensusEngine
from argo_core.consensus.policy import ConsensusPolicy, Missing
from argo_core.consensus.reasoning import reasoning
from argo_core.consensus.result import ConsensusTable
from argo_core.consensus.vote_table import VoteTable
from argo_core.consensus.weights import DEFAULT_SOURCES, Weights

__all__ = [
    "DEFAULT_SOURCES",
    "ConsensusCache",
    "ConsensusEngine",
    "ConsensusPolicy",
    "ConsensusTable",
    "Missing",
    "VoteTable",
    "Weights",
    "reasoning",
    "undecided",
]
