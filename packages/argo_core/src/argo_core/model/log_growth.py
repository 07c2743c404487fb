"""What a log gained since somebody last knew its end, as it is stored."""

from __future__ import annotations

import msgspec

from argo_core.model.ledger import LogFact, Unresolved


class LogGrowth(msgspec.Struct, frozen=True, kw_only=True):
    """`size` entries now; `root` that of the note over them, 32 bytes, None for a log without one; `known_root` that
    of the note over the first `since` entries, None if there is none.

    `entries` are those from index `since` on, all of them, or none where they are too many to be worth it. `sealed`
    are the signals among them that have a seal, and `facts` those about the log itself, each in the order of the log.
    """

    since: int
    size: int
    root: bytes | None = None
    known_root: bytes | None = None
    entries: tuple[bytes, ...] = ()
    sealed: tuple[Unresolved, ...] = ()
    facts: tuple[LogFact, ...] = ()
