"""A finished trade as a statement that the log commits to: its canonical text, and the entry's name for it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import msgspec

from argo_core.ledger.entries import VERSION
from argo_core.ledger.jcs import jcs
from argo_core.ledger.ledger_error import LedgerError
from argo_core.model.instant import to_text
from argo_core.model.trade import Trade

PREFIX = "realised-outcome/"
TEXT_URL = "/api/v1/ledger/realised/"
_ID = re.compile(r"[A-Za-z0-9._:-]{1,160}")


def statement_text(trade: Trade, of: int | None) -> str:
    """What one account made of the signal at leaf `of` (None: its signal is in no log), as RFC 8785 text.

    Prices, quantity and fees as in `Trade`, instants as in the log. Raises LedgerError `bad_entry` for a trade that
    no entry can name: ids are 1 to 160 of `A-Za-z0-9._:-`, numbers finite and within 2^53 - 1.
    """
    if not all(_ID.fullmatch(one) for one in (trade.trade_id, trade.executor_id)):
        raise LedgerError("bad_entry", f"trade {trade.trade_id!a:.80}: its ids are not what an entry can name")
    members = msgspec.structs.asdict(trade)
    times = {"opened_at": to_text(trade.opened_at), "closed_at": to_text(trade.closed_at)}
    return jcs({**members, **times, "of": of, "v": VERSION})


def is_nameable(trade: Trade, of: int | None) -> bool:
    """Whether an entry can commit to the trade."""
    try:
        statement_text(trade, of)
    except LedgerError:
        return False
    return True


def entry_name(trade: Trade, of: int) -> str:
    """The name of the policy entry that commits to the trade's statement."""
    return f"{PREFIX}{trade.executor_id}/{of}/{trade.trade_id}"


def text_url(trade: Trade) -> str:
    """Where the statement can be read."""
    return f"{TEXT_URL}{trade.trade_id}"


def named_trade(members: Mapping[str, object]) -> str | None:
    """The id of the trade that an entry commits to, None for an entry of anything else."""
    name = members.get("name")
    if members.get("kind") != "policy" or not isinstance(name, str) or not name.startswith(PREFIX):
        return None
    parts = name.split("/")
    return parts[3] if len(parts) == 4 else None


def commits_to(members: Mapping[str, object], trade: Trade, of: int) -> bool:
    """Whether the entry commits to exactly this trade of the signal at leaf `of`."""
    try:
        digest = hashlib.sha256(statement_text(trade, of).encode()).hexdigest()
    except LedgerError:
        return False
    said = (members.get("name"), members.get("sha256"), members.get("text_url"))
    return said == (entry_name(trade, of), digest, text_url(trade))
