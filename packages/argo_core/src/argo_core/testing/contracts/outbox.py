"""What every outbox must do. Fixtures: an empty `log`, and `outbox` over the same storage."""

from __future__ import annotations

from argo_core.errors import DataError, StoreError
from argo_core.ports import Outbox, SignalLog
from argo_core.ports.outbox import Backlog
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_message


class OutboxContract:
    async def test_messages_wait_in_the_order_of_their_appending(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message("b"), sample_message("a")]))
        await log.append(sample_cycle("c2", outbox=[sample_message("c")]))
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["b", "a", "c"]

    async def test_the_payload_is_the_exact_bytes(self, log: SignalLog, outbox: Outbox) -> None:
        payload = b'\x00\xff{"price":175.0}\n'
        await log.append(sample_cycle("c1", outbox=[sample_message("a", payload=payload)]))
        assert (await outbox.pending("sync", 1))[0].message.payload == payload

    async def test_topics_do_not_see_each_other(self, log: SignalLog, outbox: Outbox) -> None:
        messages = [sample_message("a", topic="sync"), sample_message("a", topic="distribute")]
        await log.append(sample_cycle("c1", outbox=messages))
        waiting = await outbox.pending("sync", 10)
        await outbox.mark_delivered([waiting[0].position], MOMENT)
        assert await outbox.pending("sync", 10) == ()
        assert [other.message.topic for other in await outbox.pending("distribute", 10)] == ["distribute"]

    async def test_a_message_waits_until_it_is_marked(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message(key) for key in "abcd"]))
        first = await outbox.pending("sync", 2)
        assert await outbox.pending("sync", 2) == first
        await outbox.mark_delivered([waiting.position for waiting in first], MOMENT)
        assert [waiting.message.key for waiting in await outbox.pending("sync", 2)] == ["c", "d"]

    async def test_a_gap_in_the_marks_is_served_again(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message(key) for key in "abcd"]))
        positions = [waiting.position for waiting in await outbox.pending("sync", 10)]
        await outbox.mark_delivered([positions[0], positions[2]], MOMENT)
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["b", "d"]
        await outbox.mark_delivered([positions[3]], MOMENT)
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["b"]

    async def test_messages_that_come_after_an_empty_look_are_seen(self, log: SignalLog, outbox: Outbox) -> None:
        assert await outbox.pending("sync", 10) == ()
        await log.append(sample_cycle("c1", outbox=[sample_message("a", topic="distribute"), sample_message("b")]))
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["b"]

    async def test_marking_again_is_harmless(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message("a"), sample_message("b")]))
        position = (await outbox.pending("sync", 1))[0].position
        await outbox.mark_delivered([position, position], MOMENT)
        await outbox.mark_delivered([position], MOMENT)
        await outbox.mark_delivered([], MOMENT)
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["b"]

    async def test_marking_an_unknown_position_marks_nothing(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message("a")]))
        position = (await outbox.pending("sync", 1))[0].position
        try:
            await outbox.mark_delivered([position, position + 1], MOMENT)
        except StoreError:
            pass
        else:
            raise AssertionError("a position that was never handed out was marked")
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["a"]

    async def test_a_refused_message_is_pending_no_more_and_is_counted(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message(key) for key in "abc"]))
        first, second, _ = await outbox.pending("sync", 10)
        await outbox.mark_refused({first.position: "conflict"}, MOMENT)
        await outbox.mark_refused({first.position: "other"}, MOMENT)
        await outbox.mark_delivered([second.position], MOMENT)
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["c"]
        backlog = await outbox.backlog("sync")
        assert (backlog.pending, backlog.refused, backlog.oldest_at) == (1, 1, MOMENT.replace(microsecond=0))

    async def test_an_empty_topic_has_no_backlog(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message("a", topic="distribute")]))
        assert await outbox.backlog("sync") == Backlog(pending=0, refused=0, oldest_at=None)

    async def test_refusing_an_unknown_position_marks_nothing(self, log: SignalLog, outbox: Outbox) -> None:
        await log.append(sample_cycle("c1", outbox=[sample_message("a")]))
        position = (await outbox.pending("sync", 1))[0].position
        try:
            await outbox.mark_refused({position: "conflict", position + 1: "conflict"}, MOMENT)
        except StoreError:
            pass
        else:
            raise AssertionError("a position that was never handed out was refused")
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["a"]

    async def test_a_limit_outside_the_range_is_refused(self, outbox: Outbox) -> None:
        for limit in (0, -1, 501):
            try:
                await outbox.pending("sync", limit)
            except DataError as error:
                assert error.code == "bad_limit"
            else:
                raise AssertionError(f"a page of {limit} was accepted")
