"""What one tier may see of a signal that it does not see yet: that it was issued, and what holds it to its content."""

from __future__ import annotations

from datetime import datetime

import msgspec


class SealedView(msgspec.Struct, frozen=True, kw_only=True):
    """Made by `Entitlements` only. Nothing here depends on what the signal says but the commitment, which only the
    signal and its salt lead to: the log tells everybody the same.

    `alpine_signal_id` is the place in lists, where the signal stands later. `commitment` is 64 hex digits; `sealed_at`
    is the log's time and `reveal_by` until when it promises to disclose the signal, both as in the `entry`. `shown_by`
    is from when on this tier sees the signal at the latest: aware UTC, rounded up to the second.
    """

    alpine_signal_id: int
    origin: str
    leaf_index: int
    stream: str
    seq: int
    sealed_at: str
    reveal_by: str
    shown_by: datetime
    commitment: str
    entry: str
    tlog_proof: str
