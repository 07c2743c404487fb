"""A finished trade as a row of `trade_log` or `trade_report`, and back."""

from __future__ import annotations

from typing import Any

import msgspec

from argo_core.model.instant import from_text, to_text
from argo_core.model.trade import Trade


def trade_row(trade: Trade) -> dict[str, object]:
    """The row, but for its number and the time of its writing."""
    return {
        **msgspec.structs.asdict(trade),
        "opened_at": to_text(trade.opened_at),
        "closed_at": to_text(trade.closed_at),
    }


def trade_of(row: Any) -> Trade:
    """Inverse of `trade_row`."""
    values = {name: getattr(row, name) for name in Trade.__struct_fields__}
    return Trade(**{**values, "opened_at": from_text(row.opened_at), "closed_at": from_text(row.closed_at)})
