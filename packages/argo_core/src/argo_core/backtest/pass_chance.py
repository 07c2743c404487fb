"""How likely an account's own way of trading passes its prop firm's challenge, worked out from its finished trades."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from argo_core.backtest.prop_course import prop_course
from argo_core.backtest.prop_simulator import PropResult, PropRun, simulate_challenge
from argo_core.backtest.prop_standing import PropStanding, standing_of
from argo_core.backtest.prop_trades import OwnTrades, TradePlan
from argo_core.errors import ArgoError, DataError
from argo_core.measures.block_length import LEAST
from argo_core.model.execution import EXTERNAL
from argo_core.model.trade import Trade
from argo_core.risk import PropFirmRules
from argo_core.risk.watch_state import WatchState

NEEDED = LEAST
"""Of fewer trades nothing is said: a bootstrap of them repeats a handful of accidents."""


class ChanceQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """`trades` of one account, oldest first; `state` is where its watch saw it last."""

    trades: tuple[Trade, ...]
    rules: PropFirmRules
    state: WatchState
    run: PropRun


class PassChance(msgspec.Struct, frozen=True, kw_only=True):
    """`stored` trades were there, of which `trades` answered a signal and `needed` are the least. Without `result` the
    sentence `refused` says why; with it `per_day` is how many trades a day with one had, and `standing` where the
    account stood."""

    stored: int
    trades: int
    needed: int = NEEDED
    per_day: float | None = None
    standing: PropStanding | None = None
    result: PropResult | None = None
    refused: str | None = None


def pass_chance(asked: ChanceQuestion) -> PassChance:
    """Challenges taken on from where the account stands. Each trade moves it by what one of its own did, as a share of
    the initial capital: sizes, stops and fees as they were. Pure; never raises for what the account lacks, it is
    said."""
    own = [trade for trade in asked.trades if trade.signal_id != EXTERNAL]
    found = PassChance(stored=len(asked.trades), trades=len(own))
    if len(own) < NEEDED:
        words = f"{len(own)} finished trades are too few for a chance of passing: it is told from {NEEDED} on"
        return msgspec.structs.replace(found, refused=words)
    if asked.state.breached is not None:
        name = asked.state.breached.replace("_", " ")
        words = f"trading ended at the guard of the {name}: no chance is told until an operator resumes it"
        return msgspec.structs.replace(found, refused=words)
    days = {trade.closed_at.date() for trade in own}
    per_day = len(own) / len(days)
    plan = TradePlan(risk_pct=1.0, per_day=per_day, of_initial=True, varying=True, measured=True)
    try:
        moves = OwnTrades(account_moves(own, asked.state.initial))
        standing = standing_of(asked.state, asked.rules.watch(asked.state.initial), asked.trades)
        result = simulate_challenge(prop_course(asked.rules), moves, plan, asked.run, standing)
    except ArgoError as error:
        return msgspec.structs.replace(found, refused=str(error))
    return msgspec.structs.replace(found, per_day=per_day, standing=standing, result=result)


def account_moves(trades: Sequence[Trade], initial: float) -> tuple[float, ...]:
    """What each trade brought after fees, in percent of the initial capital. Raises DataError `bad_capital`."""
    if not (np.isfinite(initial) and initial > 0):
        raise DataError("bad_capital", f"an initial capital of {initial}: the account must have begun with money")
    return tuple(trade.quantity * trade.entry_price * trade.net_pct / initial for trade in trades)
