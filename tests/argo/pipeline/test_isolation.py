"""One symbol's fault stands against its own decision and holds nothing else up."""

from __future__ import annotations

import dataclasses

import numpy as np

from argo_core.model.sessions import Sessions
from argo_core.pipeline import Cycle
from argo_core.testing.memory_log import MemoryLog
from argo_core.tracking import Tracker
from tests.argo.pipeline.rig import Rig, trading_days

LONG = (1, 90.0)


async def test_a_horizon_beyond_the_calendar_vetoes_the_equity_and_lets_crypto_pass() -> None:
    log = MemoryLog()
    rig = Rig(log, {"AAPL": [100.0], "BTC-USD": [100.0]}, {"AAPL": LONG, "BTC-USD": LONG})
    ending = dataclasses.replace(rig.stages, sessions=first_sessions(3))
    report = await Cycle(ending, Tracker(log), None).run(rig.symbols)
    found = {decision.symbol: (decision.status, decision.veto) for decision in report.record.decisions}
    assert found == {"AAPL": ("vetoed", "no_horizon"), "BTC-USD": ("published", None)}
    assert [sealed.signal.symbol for sealed in report.record.signals] == ["BTC-USD"]


async def test_a_price_without_canonical_form_vetoes_its_symbol_only() -> None:
    beyond = 2.0**54
    rig = Rig(MemoryLog(), {"AAPL": [100.0], "HUGE": [beyond]}, {"AAPL": LONG, "HUGE": LONG})
    report = await rig.cycle.run(rig.symbols)
    found = {decision.symbol: (decision.status, decision.veto) for decision in report.record.decisions}
    assert found == {"AAPL": ("published", None), "HUGE": ("vetoed", "not_canonical")}


async def test_a_signal_of_a_symbol_that_was_taken_out_still_finds_its_outcome() -> None:
    log = MemoryLog()
    rig = Rig(log, {"AAPL": [100.0, 100.0, 120.0], "MSFT": [50.0, 50.0, 50.0]}, {"AAPL": LONG})
    signal = (await rig.cycle.run(["AAPL", "MSFT"])).record.signals[0].signal
    quiet = (await rig.cycle.run(["MSFT"])).record
    assert (quiet.outcomes, quiet.symbols, [decision.symbol for decision in quiet.decisions]) == ((), 1, ["MSFT"])
    (outcome,) = (await rig.cycle.run(["MSFT"])).record.outcomes
    assert (outcome.signal_id, outcome.outcome) == (signal.signal_id, "win")


def first_sessions(count: int) -> Sessions:
    days = trading_days()
    return Sessions("TEST", np.array(days.opens[:count]), np.array(days.closes[:count]))
