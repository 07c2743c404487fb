"""The record as lines of text, as the tier that sees everything sees it."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, TextIO

import msgspec

from alpine_core.feed import SignalFeed
from alpine_core.model import SignalQuery, Tier
from alpine_core.tiers import SignalView
from alpine_web.formula_guard import guarded

PAGE = 500
COLUMNS = (
    "alpine_signal_id received_at signal_id symbol action entry_price target_price stop_price confidence strategy "
    "timestamp scheme verification_hash outcome result exit_price exit_at profit_loss_pct"
).split()


async def export_record(feed: SignalFeed, now: datetime, form: str, to: TextIO) -> int:
    """Write every signal as `jsonl` or `csv`; how many there were. Raises StoreError."""
    count = 0
    table = csv.DictWriter(to, COLUMNS, extrasaction="ignore", lineterminator="\n")
    if form == "csv":
        table.writeheader()
    async for view in _views(feed, now):
        count += 1
        if form == "csv":
            table.writerow(_flat(view))
        else:
            to.write(f"{msgspec.json.encode(view).decode()}\n")
    return count


async def _views(feed: SignalFeed, now: datetime) -> AsyncIterator[SignalView]:
    before: int | None = None
    while True:
        page = await feed.page(SignalQuery(limit=PAGE, before=before), Tier.INSTITUTIONAL, now)
        for view in page.items:
            yield view
        before = page.next_before
        if before is None:
            return


def _flat(view: SignalView) -> Mapping[str, Any]:
    fields = msgspec.to_builtins(view)
    ended = {name: value for name, value in (fields["outcome"] or {"outcome": None}).items() if name in COLUMNS}
    return {name: guarded(value) for name, value in {**fields, **ended}.items()}
