"""What language models have cost is the sum of what their calls did cost."""

from __future__ import annotations

from datetime import timedelta

from argo_core.adapters.sql import Database, SqlOpinionBill, SqlOpinionSpending
from argo_core.model.instant import to_text
from argo_core.model.opinion_call import OpinionCall, Spending
from argo_core.testing.sample_cycles import MOMENT


async def test_calls_are_added_by_source_as_they_ended(database: Database) -> None:
    bill, spending = SqlOpinionBill(database), SqlOpinionSpending(database)
    calls = [
        OpinionCall(call_id=f"c{number}", source=source, symbol="AAPL", usd=0.5, at=MOMENT + timedelta(days=number))
        for number, source in enumerate(("sonar", "sonar", "sonar", "sonar", "x_sentiment"))
    ]
    for call in calls:
        await bill.begin(call)
    await bill.settle(calls[1], 0.125)
    await bill.withdraw(calls[2])
    # The first began before, the second ended cheaper, the third was none, the fourth has not ended.
    since = to_text(MOMENT + timedelta(hours=1))
    assert await spending.since(since) == {
        "sonar": Spending(calls=2, usd=0.625), "x_sentiment": Spending(calls=1, usd=0.5)
    }  # fmt: skip
    assert await spending.since("9") == {}
