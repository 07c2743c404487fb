"""The chance of passing kept at hand for pages: worked out beside them, again as record and account move."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from argo_core.backtest.pass_chance import NEEDED, ChanceQuestion, PassChance, pass_chance
from argo_core.backtest.prop_simulator import PropRun
from argo_core.ports.trade_history import TradeHistory
from argo_core.risk import PropFirmRules
from argo_core.risk.watch_state import WatchState

GROWTH = 1.05
"""A record that is a twentieth longer is worked through again: what is spent on it grows with its logarithm."""
MOVED = 0.0025
"""Of the initial capital: an account that moved by as much stands elsewhere."""
RUN = PropRun(paths=2_000, records=50, record_paths=200)
"""Fewer paths than a command walks: the length of the record leaves a far wider interval than they do."""

Answer = Callable[[ChanceQuestion], Awaitable[PassChance]]


class PassWatch:
    """`answer` works a question out away from this process's event loop; `state` is asked for where the
    account stands, None while it is not known; `run` says how many challenges are walked, and their seed."""

    def __init__(
        self,
        history: TradeHistory,
        rules: PropFirmRules,
        state: Callable[[], Awaitable[WatchState | None]],
        answer: Answer,
        run: PropRun = RUN,
    ) -> None:
        self._history, self._rules, self._state, self._answer = history, rules, state, answer
        self._run = run
        self._found: PassChance | None = None
        self._asked_at: WatchState | None = None

    @property
    def found(self) -> PassChance | None:
        """The last answer; None before the first."""
        return self._found

    async def step(self) -> bool:
        """Work it out if the record has grown enough, or the account stands elsewhere; whether that was done. Raises
        StoreError."""
        count, known, state = await self._history.count(), self._found, await self._state()
        if state is None:
            return False
        if known is not None and count < _again_at(known) and not self._elsewhere(known, state):
            return False
        trades = await self._history.every_trade()
        asked = ChanceQuestion(trades=trades, rules=self._rules, state=state, run=self._run)
        # To refuse takes no process: of an account that begins, every trade would start one.
        self._found = pass_chance(asked) if count < NEEDED else await self._answer(asked)
        self._asked_at = state
        return True

    def _elsewhere(self, known: PassChance, now: WatchState) -> bool:
        """Too few trades say nothing, wherever the account stands."""
        before = self._asked_at
        if before is None or known.trades < NEEDED:
            return False
        moved = abs(now.equity - before.equity) >= MOVED * now.initial
        return moved or (now.anchor_at, now.breached) != (before.anchor_at, before.breached)


def _again_at(known: PassChance) -> int:
    """From how many stored trades on the answer is another one; each trade counts until there are enough."""
    return max(known.stored + 1, 0 if known.trades < NEEDED else int(known.stored * GROWTH))
