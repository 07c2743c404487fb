"""Floor 3: who votes. Pure, vectorised vote functions of bars, and the way to add one of your own."""

from argo_core.ports.source import Source
from argo_core.sources.bar_source import FeatureSource
from argo_core.sources.declared import DeclaredSource, source
from argo_core.sources.opinion import Opinion
from argo_core.sources.price_action import price_action
from argo_core.sources.seat import SeatedSource, in_seat
from argo_core.sources.standard import STANDARD_SOURCES, standard_votes
from argo_core.sources.technical import technical

__all__ = [
    "STANDARD_SOURCES",
    "DeclaredSource",
    "FeatureSource",
    "Opinion",
    "SeatedSource",
    "Source",
    "in_seat",
    "price_action",
    "source",
    "standard_votes",
    "technical",
]
