"""What the log does with a trade that a store names too early."""

from __future__ import annotations

from datetime import timedelta

from argo_core.model.ledger import DueTrade
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_core.testing.sample_ledger import append_sealed, sample_ledger


class EagerLedger(MemoryLedger):
    """A store that forgets to keep back what is secret."""

    async def trades_due(self, limit: int) -> tuple[DueTrade, ...]:
        return (DueTrade(trade=TRADE, of=2),)


async def test_a_trade_of_a_secret_signal_is_not_logged_even_if_the_store_says_that_it_is_due() -> None:
    kept = EagerLedger()
    ledger = sample_ledger(kept)
    await append_sealed(ledger, MemoryLog(kept), published_cycle("c1", ["AAPL", "NVDA"]))
    assert await ledger.keep(MOMENT + timedelta(hours=3)) is None
    revealed = await ledger.keep(MOMENT + timedelta(days=1))
    assert revealed is not None
    kinds = [one.split(b'"kind":"')[1].split(b'"')[0] for one in await kept.entries(4, 10)]
    assert kinds.index(b"reveal") < kinds.index(b"policy")
    assert [one.trade_id for one in revealed.realised] == [TRADE.trade_id]
