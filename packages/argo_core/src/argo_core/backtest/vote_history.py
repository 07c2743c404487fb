"""Anything that opines on bars as one kind of function: a history in, named columns out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError, SourceError
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.panel import Floats
from argo_core.model.bars import Bars
from argo_core.sources import DeclaredSource, FeatureSource, Opinion, SeatedSource, price_action, technical
from argo_core.sources.bar_source import VoteFunction

Columns = Mapping[str, NDArray[np.float64]]
VoteHistory = Callable[[Bars], Columns]
"""T bars of one symbol to columns (T,): what is said at each bar; NaN where nothing is said."""


def shipped_histories() -> dict[str, VoteHistory]:
    """The vote functions of bars that come with this package, by name."""
    return {"price_action": of_features(price_action), "technical": of_features(technical)}


def of_features(function: VoteFunction) -> VoteHistory:
    """The history of a vote on features."""

    def history(bars: Bars) -> Columns:
        return _of_opinion(function(feature_panel(*(np.log(part) for part in (bars.high, bars.low, bars.close)))))

    return history


def vote_history(name: str, thing: object) -> VoteHistory:
    """The history of a source made with `@source`, of a source on features, or of any function of `Bars` that returns
    (direction, confidence), one array (T,) or a table (T, K).

    Raises DataError `no_history` for a source that answers views only: a view never holds a later bar.
    """
    if isinstance(thing, SeatedSource):
        return vote_history(name, thing.source)
    if isinstance(thing, DeclaredSource):
        declared = thing
        return lambda bars: _of_opinion(declared.opinions(bars))
    if isinstance(thing, FeatureSource):
        return of_features(thing.function)
    if not callable(thing) or hasattr(thing, "vote"):
        raise DataError(
            "no_history", f"{name} is no function of bars: check what @source made, or a function that takes Bars"
        )
    function: Callable[[Bars], object] = thing
    return lambda bars: _columns(name, _called(name, function, bars), len(bars))


def _of_opinion(opinion: Opinion) -> Columns:
    return {"direction": opinion.direction.astype(np.float64), "confidence": opinion.confidence}


def _called(name: str, function: Callable[[Bars], object], bars: Bars) -> object:
    try:
        return function(bars)
    except Exception as error:
        # Whatever a foreign function does is its own fault: one line, with the cause kept.
        raise SourceError("VENDOR_ERROR", f"{name} raised {error!r} on {len(bars)} bars of {bars.symbol}") from error


def _columns(name: str, answer: object, count: int) -> Columns:
    if isinstance(answer, Opinion):
        return _of_opinion(answer)
    parts = answer if isinstance(answer, tuple) else (answer,)
    names = ("direction", "confidence") if len(parts) == 2 else tuple(f"column {n}" for n in range(len(parts)))
    found: dict[str, Floats] = {}
    for column, part in zip(names, parts, strict=True):
        table = _numbers(name, part)
        if table.ndim not in (1, 2) or table.shape[0] != count:
            raise DataError("bad_vote", f"{name}: return one value for each of {count} bars, not {table.shape}")
        if table.ndim == 1:
            found[column] = table
        else:
            found |= {f"{column}.{place}": table[:, place] for place in range(table.shape[1])}
    return found


def _numbers(name: str, part: object) -> Floats:
    try:
        return np.asarray(part, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            "bad_vote", f"{name}: what it returns are no numbers: return arrays, one value a bar"
        ) from error
