"""What every OpinionBill promises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from argo_core.errors import StoreError
from argo_core.model.opinion_call import OpinionCall
from argo_core.ports.opinion_bill import OpinionBill
from argo_core.testing.sample_cycles import MOMENT


def sample_call(call_id: str = "c1", **changes: Any) -> OpinionCall:
    """A call of `sonar` about AAPL at `MOMENT`, taken to cost two cents."""
    call = OpinionCall(call_id=call_id, source="sonar", symbol="AAPL", usd=0.02, at=MOMENT)
    return msgspec.structs.replace(call, **changes)


class OpinionBillContract:
    """Subclass it, and give a fixture `bill` that is empty."""

    async def test_without_a_call_nothing_is_spent(self, bill: OpinionBill) -> None:
        assert await bill.spent("sonar", MOMENT) == (0, 0.0)

    async def test_a_call_counts_from_its_beginning_on(self, bill: OpinionBill) -> None:
        await bill.begin(sample_call())
        assert await bill.spent("sonar", MOMENT) == (1, 0.02)

    async def test_what_the_vendor_says_takes_the_place_of_what_was_taken(self, bill: OpinionBill) -> None:
        await bill.begin(sample_call())
        await bill.settle(sample_call(), 0.5)
        assert await bill.spent("sonar", MOMENT) == (1, 0.5)

    async def test_a_free_call_is_a_call(self, bill: OpinionBill) -> None:
        await bill.begin(sample_call())
        await bill.settle(sample_call(), 0.0)
        assert await bill.spent("sonar", MOMENT) == (1, 0.0)

    async def test_a_call_that_never_left_counts_nothing(self, bill: OpinionBill) -> None:
        await bill.begin(sample_call())
        await bill.withdraw(sample_call())
        assert await bill.spent("sonar", MOMENT) == (0, 0.0)

    async def test_a_call_ends_once(self, bill: OpinionBill) -> None:
        await bill.begin(sample_call())
        await bill.settle(sample_call(), 0.5)
        with pytest.raises(StoreError):
            await bill.withdraw(sample_call())
        with pytest.raises(StoreError):
            await bill.settle(sample_call(), 0.1)
        assert await bill.spent("sonar", MOMENT) == (1, 0.5)

    async def test_a_call_begins_once(self, bill: OpinionBill) -> None:
        await bill.begin(sample_call())
        with pytest.raises(StoreError):
            await bill.begin(sample_call())
        assert await bill.spent("sonar", MOMENT) == (1, 0.02)

    async def test_sources_and_days_have_bills_of_their_own(self, bill: OpinionBill) -> None:
        yesterday = MOMENT - timedelta(days=1)
        await bill.begin(sample_call("c1", at=yesterday))
        await bill.settle(sample_call("c1", at=yesterday), 0.25)
        await bill.begin(sample_call("c2"))
        await bill.settle(sample_call("c2"), 0.5)
        await bill.begin(sample_call("c3", source="x_sentiment"))
        assert await bill.spent("sonar", MOMENT) == (1, 0.5)
        assert await bill.spent("sonar", yesterday) == (1, 0.25)
        assert await bill.spent("x_sentiment", MOMENT) == (1, 0.02)

    async def test_a_call_by_a_clock_that_was_ahead_is_on_no_bill_before_its_day(self, bill: OpinionBill) -> None:
        await bill.begin(sample_call("c1", at=MOMENT + timedelta(days=365)))
        assert await bill.spent("sonar", MOMENT) == (0, 0.0)
        assert await bill.spent("sonar", MOMENT + timedelta(days=300)) == (0, 0.0)
        assert await bill.spent("sonar", MOMENT + timedelta(days=365)) == (1, 0.02)
