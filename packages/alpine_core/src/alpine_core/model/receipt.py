"""What the provider is told about one item that it sent."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class ReceiptStatus(StrEnum):
    """`duplicate` is the same content again and harmless; `conflict` is another content under a known name."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """`code` names the rule that refused, else None. `alpine_signal_id` is the stored signal's, where there is one.

    `message` says in one line what to do about a refusal, else None. `signal_id` is empty if it could not be read.
    `record_cursor` is the place in the sequence of records of what this call stored, None where it stored nothing.
    `cosignatures`: the lines of the checkpoints that were cosigned on account of this item.
    """

    signal_id: str
    status: ReceiptStatus
    code: str | None = None
    alpine_signal_id: int | None = None
    message: str | None = None
    record_cursor: int | None = None
    cosignatures: tuple[str, ...] = ()


def conflicting(receipts: Iterable[Receipt]) -> tuple[Receipt, ...]:
    """Those whose item contradicts what is stored: each has raised an alarm."""
    return tuple(receipt for receipt in receipts if receipt.status is ReceiptStatus.CONFLICT)
