"""Many signals against one account at once: sizes, changes of position, and every layer's answer to each.

Row by row this is what `decide_execution` says of a signal that stands alone; no row sees the others. It is for
looking over candidates and for backtests: what is ordered is decided one by one, as each order changes the account.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.model.asset import AssetType
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.risk import MarketContext, SizePolicy, Watched
from argo_core.risk.candidates import Candidates
from argo_core.risk.position_sizes import position_sizes
from argo_core.risk.screen import Screened, screen
from argo_core.risk.sizing import FRACTION, step_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SignalTable:
    """N signals as a struct of arrays; the fields are those of `risk.candidates.Candidates`."""

    symbols: tuple[str, ...]
    asset_types: tuple[str, ...]
    symbol: NDArray[np.intp]
    direction: NDArray[np.int8]
    crisis: NDArray[np.bool_]
    confidence: Floats
    entry_price: Floats
    stop_price: Floats
    price: Floats
    age_seconds: Floats


def screen_signals(
    signals: SignalTable, account: AccountSnapshot, policy: ExecutionPolicy, watched: Watched, context: MarketContext
) -> tuple[Candidates, Screened]:
    """The candidates with what each would close and open, and the layers' answers."""
    quantities = {position.symbol: position.quantity for position in account.positions}
    held = np.array([quantities.get(symbol, 0.0) for symbol in signals.symbols])[signals.symbol]
    crypto = _crypto(signals)
    sizes = _sizes(signals, account, policy.size, watched, context)
    sells = signals.direction < 0
    opposed = held * signals.direction < 0
    flips = policy.flip & (~sells | account.shorting)
    closes_only = opposed & ((sells & crypto) | ~flips)
    candidates = Candidates(
        symbols=signals.symbols,
        asset_types=signals.asset_types,
        symbol=signals.symbol,
        direction=signals.direction,
        crisis=signals.crisis,
        confidence=signals.confidence,
        entry_price=signals.entry_price,
        stop_price=signals.stop_price,
        price=signals.price,
        age_seconds=signals.age_seconds,
        held=held,
        closing=np.where(opposed, np.abs(held), 0.0),
        opening=np.where(closes_only, 0.0, sizes),
        account=account,
        standing=policy.standing,
        watched=watched,
        context=context,
    )
    return candidates, screen(policy.layers, candidates)


def _sizes(
    signals: SignalTable, account: AccountSnapshot, policy: SizePolicy, watched: Watched, context: MarketContext
) -> Floats:
    whole = step_of(AssetType.EQUITY, policy, None)
    pairs = zip(signals.symbols, signals.asset_types, strict=True)
    buys = [policy.increments.get(symbol, FRACTION) if kind == AssetType.CRYPTO else whole for symbol, kind in pairs]
    crypto = _crypto(signals)
    bought = np.array(buys)[signals.symbol]
    # No venue lends fractions of a share to sell.
    step = np.where((signals.direction < 0) & ~crypto, 1.0, bought)
    calms = np.array([1.0 if (known := context.calm(symbol)) is None else known for symbol in signals.symbols])
    equity, calm = account.equity, calms[signals.symbol]
    return position_sizes(equity, signals.price, signals.confidence, step, calm, policy, watched.size_factor)


def _crypto(signals: SignalTable) -> NDArray[np.bool_]:
    crypto: NDArray[np.bool_] = np.array([kind == AssetType.CRYPTO for kind in signals.asset_types], dtype=np.bool_)
    return crypto[signals.symbol]
