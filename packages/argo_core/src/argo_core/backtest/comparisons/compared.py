"""What a result is held against, in figures."""

from __future__ import annotations

import msgspec

from argo_core.backtest.comparisons.random_entry import RandomEntry
from argo_core.backtest.comparisons.single_source import SourceAlone
from argo_core.backtest.headline import CurveFigures


class Comparisons(msgspec.Struct, frozen=True, kw_only=True):
    """Beside the result: holding everything, the same trades at other times, and each source alone, best first."""

    buy_and_hold: CurveFigures
    random_entry: RandomEntry
    sources_alone: tuple[SourceAlone, ...]
