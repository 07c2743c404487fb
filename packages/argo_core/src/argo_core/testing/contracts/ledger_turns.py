"""What every kind of turns at a log must do. Fixtures: `turns`; an empty `log`, `store` and `ledgers` beside it."""

from __future__ import annotations

import asyncio
import json

import pytest

from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.ports import LedgerReader, LedgerStore, LedgerTurns, SignalLog
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_drafted, counting_salts


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
        async with turns.mine() as size:
            assert size == 0

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
