"""What every ResolvedReader promises."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from argo_core.model.outcome import Result
from argo_core.model.resolved import ResolvedSignal, RiskedTrade
from argo_core.ports import ResolvedReader
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.sample_cycles import MOMENT, sample_outcome, sample_signal

SIGNALS = tuple(sample_signal(f"c1-s{number}", confidence=76.0 + number) for number in range(4))
OUTCOMES = (
    sample_outcome(SIGNALS[1], outcome="loss", result=Result.STOP, profit_loss_pct=-1.5, at=MOMENT),
    sample_outcome(SIGNALS[0], at=MOMENT + timedelta(hours=1)),
    sample_outcome(
        SIGNALS[2], outcome="expired", result=Result.EXPIRED, profit_loss_pct=0.5, at=MOMENT + timedelta(hours=2)
    ),
)
LATER = msgspec.structs.replace(TRADE, trade_id="later", symbol="AAPL")
EARLIER = msgspec.structs.replace(
    TRADE, trade_id="earlier", signal_id="c1-s1", symbol="AAPL", closed_at=TRADE.closed_at - timedelta(hours=1)
)
RISK_PCT = 2.5 / 175.25 * 100.0


def resolved_signals() -> tuple[ResolvedSignal, ...]:
    """SIGNALS with their OUTCOMES: a loss, a win, and one that expired with a gain."""
    return tuple(
        ResolvedSignal(
            signal=sealed.signal, won=won, profit_loss_pct=outcome.profit_loss_pct, resolved_at=outcome.exit_at
        )
        for sealed, won, outcome in zip(
            (SIGNALS[1], SIGNALS[0], SIGNALS[2]), (False, True, True), OUTCOMES, strict=True
        )
    )


class ResolvedReaderContract:
    """Subclass it, and give a fixture `reader` of a log with SIGNALS, OUTCOMES, and the trades LATER and EARLIER."""

    async def test_resolved_signals_come_in_the_order_in_which_they_were_resolved(self, reader: ResolvedReader) -> None:
        assert await reader.resolved(10) == resolved_signals()
        assert await reader.count() == 3

    async def test_a_limit_keeps_the_newest(self, reader: ResolvedReader) -> None:
        assert await reader.resolved(2) == resolved_signals()[1:]

    async def test_a_trade_knows_what_its_signal_risked(self, reader: ResolvedReader) -> None:
        trades = await reader.risked_trades()
        assert [each.trade for each in trades] == [EARLIER, LATER]
        assert [each.risk_pct for each in trades] == pytest.approx([RISK_PCT, RISK_PCT])
        assert trades[0].multiple == pytest.approx(2.364672 / RISK_PCT)

    def test_a_trade_without_a_stop_has_no_multiple(self) -> None:
        assert RiskedTrade(trade=TRADE, risk_pct=None).multiple is None
