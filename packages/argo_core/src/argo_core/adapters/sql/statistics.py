"""The counts over the whole log, each from an index that covers it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.signal_rows import UNKNOWN_REGIME
from argo_core.adapters.sql.tables import CYCLE_LOG, DECISION_LOG, OUTCOME_LOG, SIGNAL_LOG
from argo_core.model.query import SignalStatistics

_COUNT = func.count().label("rows")


async def read_statistics(connection: AsyncConnection, now: datetime) -> SignalStatistics:
    """Every count at the one moment that the connection's transaction sees."""
    signal, outcome, decision = SIGNAL_LOG.c, OUTCOME_LOG.c, DECISION_LOG.c
    since = created_text(now - timedelta(hours=1))
    results = await connection.execute(
        select(outcome.counted_as, _COUNT, func.avg(outcome.profit_loss_pct)).group_by(outcome.counted_as)
    )
    resolved = {row[0]: (int(row[1]), row[2]) for row in results}
    wins, losses = resolved.get("win", (0, None)), resolved.get("loss", (0, None))
    by_action, by_regime = await _by_side(connection)
    symbols = await connection.execute(select(signal.symbol, _COUNT).group_by(signal.symbol))
    by_symbol = {row[0]: int(row[1]) for row in symbols}
    statuses = await connection.execute(select(decision.status, _COUNT).group_by(decision.status))
    by_status = {row[0]: int(row[1]) for row in statuses}
    vetoes = await connection.execute(
        select(decision.veto, _COUNT).where(decision.veto.is_not(None)).group_by(decision.veto)
    )
    signals = sum(by_symbol.values())
    return SignalStatistics(
        signals=signals,
        open=signals - wins[0] - losses[0],
        wins=wins[0],
        losses=losses[0],
        last_hour=await connection.scalar(select(_COUNT).where(signal.created_at >= since)) or 0,
        decisions=sum(by_status.values()),
        vetoed=by_status.get("vetoed", 0),
        repeats=by_status.get("repeat", 0),
        # Row numbers are dense, so the largest is the count.
        cycles=await connection.scalar(select(func.coalesce(func.max(CYCLE_LOG.c.id), 0))) or 0,
        symbols=len(by_symbol),
        by_symbol=by_symbol,
        by_action=by_action,
        by_regime=by_regime,
        by_veto={row[0]: int(row[1]) for row in vetoes},
        average_win_pct=wins[1],
        average_loss_pct=losses[1],
    )


async def _by_side(connection: AsyncConnection) -> tuple[dict[str, int], dict[str, int]]:
    """Signals by action and by regime, both from one pass over one index."""
    by_action: Counter[str] = Counter()
    by_regime: Counter[str] = Counter()
    signal = SIGNAL_LOG.c
    sides = select(signal.action, signal.regime, _COUNT).group_by(signal.action, signal.regime)
    for action, regime, rows in await connection.execute(sides):
        by_action[action] += rows
        by_regime[regime or UNKNOWN_REGIME] += rows
    return dict(by_action), dict(by_regime)
