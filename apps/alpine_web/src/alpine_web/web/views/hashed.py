"""The nine hashed fields as the page shows them: each the exact text of what was hashed."""

from __future__ import annotations

from alpine_core.tiers import SignalView
from alpine_web.web.views.words import exact

SHOWN_ORDER = (
    "signal_id",
    "symbol",
    "action",
    "entry_price",
    "target_price",
    "stop_price",
    "confidence",
    "strategy",
    "timestamp",
)


def hashed_fields(view: SignalView) -> tuple[tuple[str, str], ...]:
    """Name and text, in the order of reading; a price that is null reads `none`."""
    return tuple((name, _text(getattr(view, name))) for name in SHOWN_ORDER)


def _text(value: str | float | None) -> str:
    return value if isinstance(value, str) else exact(value)
