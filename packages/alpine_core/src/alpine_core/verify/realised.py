"""The log's word on a finished trade: which entry commits to it, and whether its figures can be."""

from __future__ import annotations

import hashlib
import math

import msgspec

from alpine_core.errors import NotProven
from alpine_core.model.realised import RealisedTrade
from alpine_core.verify.entries import PolicyEntry, canonical_text, read_entry

PREFIX = "realised-outcome/"
REALISED_MISMATCH = "realised_mismatch"
_TEXT_URL = "/api/v1/ledger/realised/"
# The provider rounds percentages to six decimals and quantities to some; what is left is how two machines may round.
_RELATIVE, _ABSOLUTE = 1e-6, 2e-6


def statement_text(trade: RealisedTrade) -> str:
    """What the log commits to: the RFC 8785 text of the trade's members."""
    return canonical_text(msgspec.structs.asdict(trade))


def is_realised(entry: object) -> bool:
    """Whether an entry that was read is about a finished trade; no other policy entry has such a name."""
    return isinstance(entry, PolicyEntry) and entry.name.startswith(PREFIX)


def require_committed(trade: RealisedTrade, text: str) -> None:
    """Raise NotProven unless the entry `text` commits to exactly this trade: `bad_entry`, `commitment_mismatch`."""
    try:
        entry = read_entry(text)
    except NotProven as error:
        raise NotProven("bad_entry", f"the log's entry cannot be read: {error}") from None
    if not isinstance(entry, PolicyEntry) or not is_realised(entry):
        raise NotProven("bad_entry", "the log's entry is not about a finished trade")
    digest = hashlib.sha256(statement_text(trade).encode()).hexdigest()
    name = f"{PREFIX}{trade.executor_id}/{trade.of}/{trade.trade_id}"
    if (entry.name, entry.sha256, entry.text_url) != (name, digest, _TEXT_URL + trade.trade_id):
        raise NotProven("commitment_mismatch", "the log's entry commits to another trade")


def require_behind(trade: RealisedTrade, leaf_index: int) -> None:
    """Raise NotProven `bad_entry` unless the trade's entry stands behind that of its signal."""
    if trade.of is None or leaf_index <= trade.of:
        raise NotProven("bad_entry", "the trade was logged before its signal")


def require_figures(trade: RealisedTrade) -> None:
    """Raise NotProven `realised_mismatch` unless gross is what prices and action give, net is gross less the fees'
    share of the entry's worth, both in per cent, and the trade was closed after it was opened."""
    side = 1.0 if trade.action == "BUY" else -1.0
    gross = 100.0 * side * (trade.exit_price / trade.entry_price - 1.0)
    if not _close(trade.gross_pct, gross):
        raise NotProven(REALISED_MISMATCH, "gross_pct is not what action, entry and exit price give")
    worth = trade.quantity * trade.entry_price
    if not 0 < worth < math.inf or not _close(trade.net_pct, gross - 100.0 * trade.fees / worth):
        raise NotProven(REALISED_MISMATCH, "net_pct is not gross_pct less the fees' share of the entry's worth")
    if trade.closed_at < trade.opened_at:
        raise NotProven(REALISED_MISMATCH, "the trade was closed before it was opened")


def _close(said: float, reckoned: float) -> bool:
    return math.isclose(said, reckoned, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
