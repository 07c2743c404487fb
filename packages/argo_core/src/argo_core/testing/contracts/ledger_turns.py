"""What every kind of turns at a log must do. Fixtures: `turns`; an empty `log`, `store` and `ledgers` beside it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import msgspec
import pytest

from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.ledger.caught_up import caught_up
from argo_core.model.ledger import LedgerState, LogHead
from argo_core.pipeline.recover import Recovery
from argo_core.ports import LedgerReader, LedgerStore, LedgerTurns, SignalLog
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_decision, sample_outcome
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_drafted, append_sealed, counting_salts
from argo_core.testing.sample_recovery import LAST_MOMENT, LedgerCopy, write_after_backup, write_until_backup

HOUR = timedelta(hours=1)


def shared_ledger(store: LedgerStore, turns: LedgerTurns) -> Ledger:
    """A process's ledger over a log that others write too."""
    return Ledger(store, [KEY], LedgerPolicy(origin=ORIGIN), counting_salts(), turns)


class LedgerTurnsContract:
    async def test_nobody_else_has_the_turn_meanwhile(self, turns: LedgerTurns) -> None:
        order: list[str] = []

        async def second() -> None:
            async with turns.mine():
                order.append("the second")

        async with turns.mine():
            waiting = asyncio.create_task(second())
            done, _ = await asyncio.wait([waiting], timeout=0.2)
            assert not done
            order.append("the first")
        await waiting
        assert order == ["the first", "the second"]

    async def test_a_turn_that_fails_is_over(self, turns: LedgerTurns) -> None:
        with pytest.raises(ZeroDivisionError):
            async with turns.mine():
                raise ZeroDivisionError
        async with turns.mine() as growth:
            assert (growth.size, growth.root, growth.entries) == (0, None, ())

    async def test_a_ledger_that_others_write_goes_on_from_their_last_entry(
        self, turns: LedgerTurns, store: LedgerStore, ledgers: LedgerReader, log: SignalLog
    ) -> None:
        ours, theirs = shared_ledger(store, turns), shared_ledger(store, turns)
        for number, ledger in enumerate((ours, theirs, ours, theirs)):
            await ledger.keep(MOMENT)
            cycle = published_cycle(f"CYC-{number}", [f"S{number}"])
            async with ledger.turn():
                await append_drafted(ledger, log, cycle)
        entries = [json.loads(entry) for entry in await ledgers.entries(0, 100)]
        assert [entry["kind"] for entry in entries] == ["genesis", "policy", "signal", "tally", *["signal"] * 3]
        assert [entry["seq"] for entry in entries if entry["kind"] == "signal"] == [0, 1, 2, 3]

    async def test_what_others_appended_leads_from_every_earlier_state_to_what_a_load_gives(
        self, turns: LedgerTurns, store: LedgerStore, log: SignalLog
    ) -> None:
        states = await _history(shared_ledger(store, turns), store, log)
        assert [state.head.size for state in states] == [0, 2, 4, 6, 7, 8, 11, 12]
        assert (len(states[2].unresolved), len(states[-1].unresolved), len(states[-1].facts)) == (2, 2, 4)
        for state in states:
            async with turns.mine(state.head.size) as growth:
                assert len(growth.entries) == 12 - state.head.size
                assert caught_up(state, growth) == states[-1]

    async def test_signals_that_came_back_from_a_copy_are_as_a_load_gives_them(
        self, turns: LedgerTurns, store: LedgerStore, log: SignalLog
    ) -> None:
        whole = MemoryLedger()
        kept = MemoryLog(whole)
        writer = Ledger(whole, [KEY], LedgerPolicy(origin=ORIGIN), counting_salts())
        await write_until_backup(kept, writer)
        await write_after_backup(kept, writer)
        await write_until_backup(log, shared_ledger(store, turns))
        before = await store.load()
        await Recovery(store, ORIGIN, (KEY.verifier,)).recover(LedgerCopy(whole), LAST_MOMENT + HOUR)
        after = await store.load()
        assert (before.head.size, after.head.size, after.head.next_seq) == (4, 17, {"main": 6})
        async with turns.mine(4) as growth:
            assert caught_up(before, growth) == after

    async def test_a_memory_that_does_not_lead_to_the_stored_root_is_not_believed(
        self, turns: LedgerTurns, store: LedgerStore, log: SignalLog
    ) -> None:
        early = (await _history(shared_ledger(store, turns), store, log))[2]
        wrong = msgspec.structs.replace(early, head=msgspec.structs.replace(early.head, edge=(bytes(32),)))
        async with turns.mine(4) as growth:
            assert growth.known_root is not None
            assert caught_up(wrong, growth) is None
            assert caught_up(early, msgspec.structs.replace(growth, entries=growth.entries[:-1])) is None
            assert caught_up(early, msgspec.structs.replace(growth, entries=())) is None
            assert caught_up(LedgerState(head=LogHead()), growth) is None
            assert caught_up(early, growth) is not None


async def _history(ledger: Ledger, store: LedgerStore, log: SignalLog) -> list[LedgerState]:
    """Every kind of entry, and the state after each append."""
    states = [await store.load()]
    issued = published_cycle("c0", ["AAPL", "NVDA"])
    decided = sample_cycle("c1", outcomes=[sample_outcome(issued.signals[0], at=MOMENT + HOUR)], at=MOMENT + HOUR)
    decided = msgspec.structs.replace(decided, decisions=(sample_decision("d1"),))
    for step in (
        lambda: ledger.keep(MOMENT),
        lambda: append_drafted(ledger, log, issued),
        lambda: append_sealed(ledger, log, decided, MOMENT + HOUR),
        lambda: ledger.log_key("add", KEY.verifier.vkey, MOMENT + 2 * HOUR),
        lambda: ledger.correct(1, "a slip", {"text_url": ""}, MOMENT + 2 * HOUR),
        lambda: ledger.keep(MOMENT + 25 * HOUR),
        lambda: append_drafted(ledger, log, published_cycle("c2", ["TSLA"]), MOMENT + 26 * HOUR),
    ):
        await step()
        states.append(await store.load())
    return states
