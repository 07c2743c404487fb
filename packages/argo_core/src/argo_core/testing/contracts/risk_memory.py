"""What every FlattenLog, WatchLog and BarWindow promises."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.model.bars import Bar
from argo_core.ports.bar_window import BarWindow
from argo_core.ports.flatten_log import Flattening, FlattenLog, FlattenStep
from argo_core.ports.watch_log import WatchLog, WatchRecord
from argo_core.testing.sample_cycles import MOMENT

RECORD = WatchRecord(executor_id="argo", state='{"peak":100000.0}', level="NORMAL", market_time=MOMENT, at=MOMENT)


def bar_at(minutes: int, symbol: str = "AAPL", close: float = 100.0) -> Bar:
    """A flat bar."""
    return Bar(
        symbol=symbol, timeframe="1Min", start=MOMENT + timedelta(minutes=minutes), open=close, high=close, low=close,
        close=close, volume=1.0,
    )  # fmt: skip


class FlattenLogContract:
    """Subclass it, and give a fixture `flattens` that is empty."""

    async def test_the_steps_of_a_halt_add_up_to_its_flattening(self, flattens: FlattenLog) -> None:
        assert await flattens.flattening("h1") is None
        await flattens.step("h1", FlattenStep.CALLED, MOMENT)
        assert await flattens.flattening("h1") == Flattening(halt_id="h1", called_at=MOMENT)
        await flattens.step("h1", FlattenStep.CANCELLED, MOMENT + timedelta(seconds=1))
        await flattens.step("h1", FlattenStep.FLAT, MOMENT + timedelta(seconds=3))
        whole = await flattens.flattening("h1")
        assert whole is not None
        assert (whole.last_cancelled_at, whole.seconds) == (MOMENT + timedelta(seconds=1), 3.0)

    async def test_the_first_record_of_a_step_counts(self, flattens: FlattenLog) -> None:
        await flattens.step("h1", FlattenStep.CALLED, MOMENT)
        await flattens.step("h1", FlattenStep.CALLED, MOMENT + timedelta(seconds=9))
        found = await flattens.flattening("h1")
        assert found is not None
        assert found.called_at == MOMENT

    async def test_flattenings_are_newest_first_and_as_many_as_asked(self, flattens: FlattenLog) -> None:
        for number in range(3):
            await flattens.step(f"h{number}", FlattenStep.CALLED, MOMENT + timedelta(seconds=number))
        assert [one.halt_id for one in await flattens.flattenings(2)] == ["h2", "h1"]


class WatchLogContract:
    """Subclass it, and give a fixture `watch_log` that is empty."""

    async def test_the_newest_record_of_an_executor_is_where_it_goes_on(self, watch_log: WatchLog) -> None:
        assert await watch_log.newest("argo") is None
        later = msgspec.structs.replace(RECORD, state='{"peak":100500.0}', level="WARNING")
        await watch_log.append(RECORD)
        await watch_log.append(later)
        await watch_log.append(msgspec.structs.replace(RECORD, executor_id="prop_firm"))
        assert await watch_log.newest("argo") == later


class BarWindowContract:
    """Subclass it, and give a fixture `window` that is empty."""

    async def test_bars_are_kept_by_symbol_oldest_first(self, window: BarWindow) -> None:
        await window.keep([bar_at(2), bar_at(1), bar_at(1, "MSFT", 50.0)])
        assert await window.load() == (bar_at(1), bar_at(2), bar_at(1, "MSFT", 50.0))

    async def test_a_bar_that_is_known_changes_nothing(self, window: BarWindow) -> None:
        await window.keep([bar_at(1)])
        await window.keep([bar_at(1, close=7.0)])
        assert await window.load() == (bar_at(1),)

    async def test_only_the_newest_ninety_of_a_symbol_are_kept(self, window: BarWindow) -> None:
        await window.keep([bar_at(minute) for minute in range(60)])
        await window.keep([bar_at(minute) for minute in range(60, 100)])
        kept = await window.load()
        assert (len(kept), kept[0], kept[-1]) == (90, bar_at(10), bar_at(99))
