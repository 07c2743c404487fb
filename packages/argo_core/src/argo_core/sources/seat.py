"""A source in the seat that the configuration gives it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.errors import SourceError
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import VoteColumn
from argo_core.ports.source import Source


@dataclass(frozen=True, slots=True)
class SeatedSource:
    """Votes as `source` does, under the name and weight of `spec`. What it raises is a SourceError: it is foreign."""

    spec: SourceSpec
    source: Source

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """The source's own answer under this seat's name. Raises SourceError whatever the fault is."""
        try:
            column: object = await self.source.vote(view, asked)
        except Exception as error:
            raise SourceError("VENDOR_ERROR", f"{self.spec.name} raised {error!r}") from error
        if not isinstance(column, VoteColumn) or len(column) != len(view):
            raise SourceError("REFUSED_ANSWER", f"{self.spec.name}: answer one vote per symbol ({len(view)})")
        return dataclasses.replace(column, source=self.spec.name)


def in_seat(source: Source, name: str, weight: float) -> SeatedSource:
    """`source` as a further member of its group. Raises ConfigError for a name or weight that no source may have."""
    return SeatedSource(msgspec.structs.replace(source.spec, name=name, weight=weight, primary=False), source)
