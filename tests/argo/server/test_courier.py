"""A courier delivers soon after each cycle, keeps trying while its receiver is away, and says how it stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from argo_core.errors import Disputed
from argo_core.model.backoff import Backoff
from argo_core.model.cycle import OutboxMessage
from argo_core.pipeline import Delivery
from argo_core.ports.publisher import Published
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_publisher import MemoryPublisher
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_message
from argo_server.courier import Courier
from argo_server.jobs import delivering

QUICK = Backoff(first_seconds=0.01, longest_seconds=0.02)


def courier_of(log: MemoryLog, publisher: MemoryPublisher) -> Courier:
    clock = FixedClock(MOMENT)
    return Courier("distributor", Delivery("sync", log, publisher, clock), clock, lambda: 0.5, QUICK)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


async def test_a_message_is_delivered_as_soon_as_the_courier_is_woken() -> None:
    log, publisher = MemoryLog(), MemoryPublisher()
    courier = courier_of(log, publisher)
    async with delivering([courier]):
        await log.append(sample_cycle("c1", outbox=[sample_message("a")]))
        courier.wake()
        await until(lambda: ("sync", "a") in publisher.received)
        await until(lambda: courier.status().state == "idle")
    status = courier.status()
    assert (status.delivered, status.refused, status.last_delivered_at) == (1, 0, MOMENT)


async def test_while_the_receiver_is_away_everything_waits_and_then_arrives_in_order() -> None:
    log, publisher = MemoryLog(), MemoryPublisher()
    publisher.down = True
    courier = courier_of(log, publisher)
    async with delivering([courier]):
        for number in range(50):
            await log.append(sample_cycle(f"c{number}", outbox=[sample_message(f"m{number:02d}")]))
            courier.wake()
        await until(lambda: courier.status().failures >= 3)
        assert courier.status().state == "unreachable"
        assert courier.status().last_error == "the receiver is down: try again later"
        publisher.down = False
        await until(lambda: len(publisher.received) == 50)
    assert [key for _, key in publisher.received] == [f"m{number:02d}" for number in range(50)]
    assert courier.status().last_error is None


async def test_a_refusal_is_counted_and_the_others_go_on() -> None:
    log, publisher = MemoryLog(), MemoryPublisher()
    publisher.received[("sync", "a")] = b"something else"
    await log.append(sample_cycle("c1", outbox=[sample_message("a"), sample_message("b")]))
    courier = courier_of(log, publisher)
    async with delivering([courier]):
        await until(lambda: courier.status().delivered == 1)
    assert courier.status().refused == 1


async def test_a_receiver_that_is_not_configured_is_said_so_and_asked_nothing() -> None:
    courier = Courier("executor.argo", None, FixedClock(MOMENT), lambda: 0.5)
    async with delivering([courier]):
        courier.wake()
    assert courier.status().state == "not_configured"


class BrokenPublisher(MemoryPublisher):
    """Raises what no publisher may raise, until it is mended."""

    broken = True

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        if self.broken:
            raise RecursionError("a fault of ours")
        return await super().publish(messages)


async def test_a_fault_of_ours_is_shown_and_the_courier_goes_on() -> None:
    log, publisher = MemoryLog(), BrokenPublisher()
    await log.append(sample_cycle("c1", outbox=[sample_message("a")]))
    courier = courier_of(log, publisher)
    async with delivering([courier]):
        await until(lambda: courier.status().failures >= 2)
        assert (courier.status().state, "RecursionError" in (courier.status().last_error or "")) == (
            "unreachable",
            True,
        )
        publisher.broken = False
        await until(lambda: ("sync", "a") in publisher.received)


class DisputingPublisher(MemoryPublisher):
    """Says that it has seen another log, as often as `left` says."""

    left = 3

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        if self.left:
            self.left -= 1
            raise Disputed("split_view", "the receiver has seen another history of our log")
        return await super().publish(messages)


async def test_a_receiver_that_disputes_our_log_gets_nothing_and_loses_nothing() -> None:
    log, publisher = MemoryLog(), DisputingPublisher()
    publisher.left = 10**6
    courier = courier_of(log, publisher)
    async with delivering([courier]):
        await log.append(sample_cycle("c1", outbox=[sample_message("a")]))
        courier.wake()
        await until(lambda: courier.status().state == "disputed" and courier.status().failures >= 2)
        assert courier.status().last_error == "the receiver has seen another history of our log"
        assert (len(publisher.received), courier.status().refused) == (0, 0)
        publisher.left = 0
        await until(lambda: ("sync", "a") in publisher.received)
    assert courier.status().last_error is None
