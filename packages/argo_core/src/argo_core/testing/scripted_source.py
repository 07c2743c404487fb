"""A source that answers what it was told, or fails as it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import SourceError
from argo_core.model.instant import NOT_A_TIME, to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn


@dataclass(slots=True)
class ScriptedSource:
    """`answers` by symbol: (direction -1, 0, 1; confidence 0–100). Keeps the rows it was asked for in `asked`.

    `failure`: raise SourceError with this reason. `hang`: never answer.
    """

    spec: SourceSpec
    answers: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    failure: str | None = None
    hang: bool = False
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        self.asked.append(tuple(symbol for symbol, wanted in zip(view.symbols, asked, strict=True) if wanted))
        if self.failure is not None:
            raise SourceError(self.failure, f"{self.spec.name} was told to fail")
        if self.hang:
            await asyncio.Event().wait()
        given = [
            self.answers.get(symbol) if wanted else None for symbol, wanted in zip(view.symbols, asked, strict=True)
        ]
        voted = np.array([answer is not None for answer in given])
        absence = np.where(voted, Absence.NONE, np.where(asked, Absence.NO_DATA, Absence.NOT_ASKED))
        return VoteColumn(
            source=self.spec.name,
            direction=np.array([0 if answer is None else answer[0] for answer in given], dtype=np.int8),
            confidence=np.array([0.0 if answer is None else answer[1] for answer in given]),
            price=np.where(voted, view.price, np.nan),
            observed_at=np.where(voted, view.price_at, NOT_A_TIME),
            received_at=np.where(voted, to_instant64(view.as_of), NOT_A_TIME),
            absence=absence.astype(np.uint8),
            expected=asked.copy(),
        )
