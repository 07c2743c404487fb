"""Anchoring: the newest checkpoint is stamped once, receipts are kept beside the note that they cover."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.errors import DataError, Unavailable
from argo_core.ledger.batch import draft
from argo_core.ledger.note_key import SigningKey
from argo_core.model.anchor import AnchoredTime, Receipt
from argo_core.pipeline.anchoring import Anchoring
from argo_core.testing.memory_ledger import MemoryLedger

ORIGIN = "argo.localhost/signals"
KEY = SigningKey(ORIGIN, bytes(32))
AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


class Authority:
    """Signs by writing its name before the note."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.up = True

    async def submit(self, note: bytes) -> bytes:
        if not self.up:
            raise Unavailable("the authority is down")
        self.asked.append(note)
        return b"seen " + note

    def verify(self, note: bytes, receipt: bytes) -> AnchoredTime:
        if receipt != b"seen " + note:
            raise DataError("bad_receipt", "not this note")
        return AnchoredTime(not_later_than=AT, authority="Clock")


class Receipts:
    """In memory."""

    def __init__(self) -> None:
        self.kept: list[Receipt] = []

    async def add(self, receipt: Receipt) -> None:
        self.kept.append(receipt)

    async def newest(self) -> Receipt | None:
        return max(self.kept, key=lambda one: one.size, default=None)

    async def of(self, size: int) -> tuple[Receipt, ...]:
        return tuple(one for one in self.kept if one.size == size)


async def grow(log: MemoryLedger, count: int) -> None:
    head = (await log.load()).head
    await log.append(draft(head, [b"%d" % n for n in range(head.size, head.size + count)], ORIGIN, [KEY], AT).batch)


async def test_the_newest_checkpoint_is_stamped_and_kept_with_its_note() -> None:
    log, authority, receipts = MemoryLedger(), Authority(), Receipts()
    await grow(log, 2)
    await grow(log, 3)
    anchoring = Anchoring(authority, log, receipts)
    receipt = await anchoring.stamp()
    ((checkpoint, kept),) = await anchoring.receipts()
    assert (kept, checkpoint.size, authority.asked) == (receipt, 5, [checkpoint.note])
    assert receipt == Receipt(size=5, authority="Clock", not_later_than=AT, receipt=b"seen " + checkpoint.note)


async def test_what_is_stamped_is_not_stamped_again_until_the_log_grows() -> None:
    log, authority, receipts = MemoryLedger(), Authority(), Receipts()
    anchoring = Anchoring(authority, log, receipts)
    assert await anchoring.stamp() is None
    await grow(log, 1)
    assert await anchoring.stamp() is not None
    assert await anchoring.stamp() is None
    await grow(log, 1)
    assert await anchoring.stamp() is not None
    assert [one.size for one in receipts.kept] == [1, 2]
    assert await anchoring.receipts(1) != await anchoring.receipts()


async def test_an_authority_that_is_down_leaves_nothing_behind() -> None:
    log, authority, receipts = MemoryLedger(), Authority(), Receipts()
    await grow(log, 1)
    authority.up = False
    with pytest.raises(Unavailable):
        await Anchoring(authority, log, receipts).stamp()
    assert receipts.kept == []


async def test_without_an_authority_old_receipts_stay_readable_and_none_is_made() -> None:
    log, authority, receipts = MemoryLedger(), Authority(), Receipts()
    await grow(log, 1)
    await Anchoring(authority, log, receipts).stamp()
    without = Anchoring(None, log, receipts)
    assert (len(await without.receipts()), without.configured) == (1, False)
    with pytest.raises(DataError, match=r"set ledger\.anchor\.url"):
        await without.stamp()
