"""The same sources with other weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.errors import ConfigError
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import VoteColumn
from argo_core.ports.source import Source


@dataclass(frozen=True, slots=True)
class Reweighted:
    """Votes as `source` does, which knows nothing of it: only the consensus looks at the weight in `spec`."""

    spec: SourceSpec
    source: Source

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """The source's own answer. Raises what it raises."""
        return await self.source.vote(view, asked)


def reweighted(sources: Iterable[Source], weights: Mapping[str, float]) -> tuple[Source, ...]:
    """Each source with the weight of its name; whatever state it holds it keeps. Raises ConfigError for a source
    without a weight, or a weight that none may have."""
    return tuple(_reweighted(source, weights) for source in sources)


def _reweighted(source: Source, weights: Mapping[str, float]) -> Source:
    name = source.spec.name
    if name not in weights:
        raise ConfigError(f"source {name} has no weight: name it under data_sources")
    if source.spec.weight == weights[name]:
        return source
    spec = msgspec.structs.replace(source.spec, weight=weights[name])
    return Reweighted(spec, source.source if isinstance(source, Reweighted) else source)
