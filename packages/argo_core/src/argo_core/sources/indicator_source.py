"""An indicator vendor as a source: it votes with readings that are there already, and never asks anybody."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.measures.price_jump import SHARES_SPLIT_FROM, distance_ratio
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn, without
from argo_core.sources.indicator_vote import indicator_column


class ReadingsState(msgspec.Struct, frozen=True, kw_only=True):
    """By symbol: the newest readings, when they were asked for (wall clock), and why that brought none (an `Absence`
    name). `held_until`: nobody is asked before."""

    readings: Mapping[str, IndicatorReadings] = {}
    asked_at: Mapping[str, datetime] = {}
    failures: Mapping[str, str] = {}
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class IndicatorSource:
    """Votes with the readings in `state` and the view's prices. A symbol is expected once it was asked about: a quota
    of few calls a day means few expected votes, not many missing ones.

    A share is absent, CORPORATE_ACTION, while its price is so far from the readings' mean as hardly anything but a
    split brings it: readings of before one say nothing of the price after it. So is a symbol that the view has doubts
    of.
    """

    spec: SourceSpec
    state: Callable[[], ReadingsState]

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """A vote per symbol with readings and a price; else the last failure's reason, NO_DATA, or NOT_EXPECTED;
        CORPORATE_ACTION where the readings and the price may lie on two sides of a split."""
        state = self.state()
        column = indicator_column(self.spec.name, state.readings, view, asked)
        known = np.array([symbol in state.asked_at for symbol in view.symbols], dtype=np.bool_)
        why = np.array([self._why(symbol, state) for symbol in view.symbols], dtype=np.uint8)
        missing = column.absence == Absence.NO_DATA
        column = dataclasses.replace(
            column,
            absence=np.where(missing, np.where(known, why, np.uint8(Absence.NOT_EXPECTED)), column.absence),
            expected=column.expected & known,
        )
        return without(column, known & asked & self._doubtful(view, state), Absence.CORPORATE_ACTION)

    def _doubtful(self, view: MarketView, state: ReadingsState) -> NDArray[np.bool_]:
        return np.array(
            [
                symbol in view.doubtful or _may_be_split(symbol, price, state.readings.get(symbol))
                for symbol, price in zip(view.symbols, view.price.tolist(), strict=True)
            ],
            dtype=np.bool_,
        )

    def _why(self, symbol: str, state: ReadingsState) -> Absence:
        reason = state.failures.get(symbol)
        if reason is None:
            return Absence.NO_DATA
        return Absence[reason] if reason in Absence.__members__ else Absence.VENDOR_ERROR


def _may_be_split(symbol: str, price: float, readings: IndicatorReadings | None) -> bool:
    """Coins are not split."""
    if readings is None or math.isnan(price) or asset_type_of(symbol) is AssetType.CRYPTO:
        return False
    return distance_ratio(price, readings.sma) >= SHARES_SPLIT_FROM
