"""One pass of a delivery: what is taken is settled, what is refused is kept, what was not answered waits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from argo_core.errors import StoreError
from argo_core.model.cycle import OutboxMessage
from argo_core.pipeline import Delivered, Delivery, Refusal
from argo_core.ports.publisher import Published
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_publisher import MemoryPublisher
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_message


async def log_with(*keys: str) -> MemoryLog:
    log = MemoryLog()
    await log.append(sample_cycle("c1", outbox=[sample_message(key, payload=key.encode()) for key in keys]))
    return log


def delivery(log: MemoryLog, publisher: MemoryPublisher) -> Delivery:
    return Delivery("sync", log, publisher, FixedClock(MOMENT))


async def waiting(log: MemoryLog) -> list[str]:
    return [entry.message.key for entry in await log.pending("sync", 10)]


async def test_everything_that_waits_is_delivered_in_order_and_settled() -> None:
    log, publisher = await log_with("a", "b", "c"), MemoryPublisher()
    assert await delivery(log, publisher).drain() == Delivered(taken=3, refused=(), more=False)
    assert [key for _, key in publisher.received] == ["a", "b", "c"]
    assert await waiting(log) == []


async def test_a_receiver_that_knows_a_message_already_has_taken_it() -> None:
    log, publisher = await log_with("a"), MemoryPublisher()
    publisher.received[("sync", "a")] = b"a"
    assert await delivery(log, publisher).drain() == Delivered(taken=1, refused=(), more=False, known=1)
    assert await waiting(log) == []


async def test_a_refused_message_is_kept_and_holds_nobody_up() -> None:
    log, publisher = await log_with("a", "b", "c"), MemoryPublisher()
    publisher.received[("sync", "b")] = b"something else"
    done = await delivery(log, publisher).drain()
    assert done == Delivered(taken=2, refused=(Refusal(key="b", code="conflict"),), more=False)
    assert (await log.backlog("sync")).refused == 1
    assert await waiting(log) == []


async def test_while_the_receiver_is_down_nothing_is_lost() -> None:
    log, publisher = await log_with("a", "b"), MemoryPublisher()
    publisher.down = True
    with pytest.raises(StoreError):
        await delivery(log, publisher).drain()
    assert await waiting(log) == ["a", "b"]
    publisher.down = False
    assert (await delivery(log, publisher).drain()).taken == 2


class HalfwayPublisher(MemoryPublisher):
    """Goes away after the first message."""

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        return await super().publish(messages[:1])


async def test_what_was_not_answered_waits_for_the_next_pass() -> None:
    log, publisher = await log_with("a", "b"), HalfwayPublisher()
    assert await delivery(log, publisher).drain() == Delivered(taken=1, refused=(), more=True)
    assert await waiting(log) == ["b"]
    assert (await delivery(log, publisher).drain()).taken == 1
