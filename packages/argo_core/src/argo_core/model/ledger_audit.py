"""What a full audit of the log reads besides entries and hashes, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from argo_core.model.ledger import Seal
from argo_core.model.trade import Trade


class SealedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed signal as the tables have it now. `fields` are the nine; `reveal` and `outcome` leaf indices.

    `result` and `exit_price` are those of its outcome, None while it is open.
    """

    seal: Seal
    fields: Mapping[str, object]
    scheme: str
    verification_hash: str
    reveal: int | None = None
    outcome: int | None = None
    result: str | None = None
    exit_price: float | None = None


class RealisedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A logged trade as the tables have it now: None where its report is not there. `of`: its signal's leaf index."""

    trade_id: str
    leaf_index: int
    trade: Trade | None = None
    of: int | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that does not hold. `where` names the row: `entry 41`, `signal SIG-7`, `decisions of 2026-03-02`."""

    code: str
    where: str
    words: str


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """`size` entries were read; so many are signals, reveals and outcomes. No findings: all holds."""

    size: int
    signals: int
    revealed: int
    resolved: int
    findings: tuple[Finding, ...]
