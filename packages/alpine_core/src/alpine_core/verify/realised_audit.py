"""Does a stored trade still say what the log committed to?"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from alpine_core.errors import NotProven
from alpine_core.model.realised import RealisedRow, RealisedTrade
from alpine_core.verify.realised import require_behind, require_committed, require_figures, statement_text


def realised_problems(row: RealisedRow) -> Iterator[str]:
    """What of the row contradicts its own statement, its signal's place, or the entry that is stored with it."""
    try:
        trade = msgspec.json.decode(row.statement, type=RealisedTrade)
    except (msgspec.MsgspecError, TypeError) as error:
        yield f"the stored statement cannot be read: {error}"
        return
    if statement_text(trade) != row.statement:
        yield "the stored statement is not in canonical form"
    said = (trade.trade_id, trade.signal_id, trade.executor_id, trade.mode, trade.net_pct)
    if said != (row.trade_id, row.signal_id, row.executor_id, row.mode, row.net_pct):
        yield "the columns are not what the statement says"
    if row.place is None or trade.of != row.place:
        yield "the statement is about another signal than the one stored under this name"
    try:
        require_behind(trade, -1 if row.leaf_index is None else row.leaf_index)
        require_committed(trade, row.entry or "")
        require_figures(trade)
    except NotProven as error:
        yield f"the statement does not hold: {error}"
