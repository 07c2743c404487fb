"""What every Tracer promises."""

from __future__ import annotations

import asyncio

import pytest

from argo_core.model.trace import TraceContext
from argo_core.ports import Tracer

SENDER = TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", True)


class TracerContract:
    """Subclass it, and give a fixture `tracer`. What a tracer that records shows beyond this is its own."""

    def test_a_step_gives_back_what_it_does_and_lets_its_errors_through(self, tracer: Tracer) -> None:
        with tracer.span("cycle", symbols="AAPL") as span:
            span.note(published=1, allowed=True)
            span.fail("late")
        with pytest.raises(ZeroDivisionError), tracer.span("cycle"):
            raise ZeroDivisionError

    def test_outside_a_step_there_is_none(self, tracer: Tracer) -> None:
        with tracer.span("cycle") as span:
            assert tracer.current() == span.context
        assert tracer.current() is None

    def test_a_step_below_another_is_of_its_trace(self, tracer: Tracer) -> None:
        with tracer.span("cycle") as outer, tracer.span("append") as inner:
            assert _trace(inner.context) == _trace(outer.context)

    def test_a_step_is_of_the_trace_of_the_parent_that_it_is_given(self, tracer: Tracer) -> None:
        with tracer.span("cycle"), tracer.span("deliver", parent=SENDER, links=[SENDER]) as span:
            assert _trace(span.context) in (None, SENDER.trace_id)

    async def test_tasks_at_one_time_have_a_step_each(self, tracer: Tracer) -> None:
        async def step() -> TraceContext | None:
            with tracer.span("source") as span:
                await asyncio.sleep(0)
                assert tracer.current() == span.context
                return span.context

        one, other = await asyncio.gather(step(), step())
        assert one is None or other is None or one.span_id != other.span_id

    def test_a_fact_that_nobody_named_is_left_out_and_nothing_is_raised(self, tracer: Tracer) -> None:
        with tracer.span("cycle", password="x") as span:
            span.note(**{"e-mail": "a@example.test"})

    def test_nothing_was_taken_or_dropped_before_a_step_has_ended(self, tracer: Tracer) -> None:
        assert (tracer.counts().exported, tracer.counts().dropped) == (0, 0)


def _trace(context: TraceContext | None) -> str | None:
    return None if context is None else context.trace_id
