"""What a writer remembers of the log, brought up to date by what was appended since, or not believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from argo_core.errors import DataError, StoreError
from argo_core.ledger.entries import read_entry
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.merkle import leaf_hash
from argo_core.model.instant import from_text
from argo_core.model.ledger import LedgerState, LogHead, Unresolved
from argo_core.model.log_growth import LogGrowth

_RECOVER = "an older or another copy of the database was put in its place; nothing is signed; run: argo ledger recover"


def require_ours(seen: LogHead, growth: LogGrowth) -> None:
    """Returns if the stored log begins with the history that this process has seen (`growth` is since then).

    Raises StoreError otherwise: to go on from such a log would be a second history under our signature.
    """
    if growth.size < seen.size:
        raise StoreError(f"the ledger has {growth.size} entries, and had {seen.size}: {_RECOVER}")
    if seen.size and growth.known_root != root_of(seen):
        raise StoreError(f"the first {seen.size} entries of the ledger are others than they were: {_RECOVER}")


def require_signed(head: LogHead, growth: LogGrowth) -> None:
    """Returns if `head`, read from the stored hashes, is what the newest stored note says. Raises StoreError."""
    if (head.size, None if not head.size else root_of(head)) != (growth.size, growth.root):
        raise StoreError("the ledger's stored hashes do not lead to the root of its newest note: run: argo integrity")


def caught_up(state: LedgerState, growth: LogGrowth) -> LedgerState | None:
    """`state` after what the log gained since; None if that does not lead to the root that is stored: read it whole.

    The whole of what is remembered is checked by it, for the root follows from the old edge and the new entries. What
    a load would give: time, numbers and what is unresolved follow from the entries, salts and fields from `sealed`.
    """
    if growth.since != state.head.size:
        return None
    if growth.size == state.head.size:
        same = growth.size == 0 or growth.root == root_of(state.head)
        return state if same else None
    after = Frontier(state.head.size, state.head.edge).grow([leaf_hash(one) for one in growth.entries]).after
    if after.size != growth.size or after.root != growth.root:
        return None
    try:
        return _followed(state, growth, after)
    except (DataError, KeyError, TypeError, ValueError):
        return None


def root_of(head: LogHead) -> bytes:
    """The root of a log with this end, 32 bytes."""
    return Frontier(head.size, head.edge).root


def _followed(state: LedgerState, growth: LogGrowth, after: Frontier) -> LedgerState:
    read = [read_entry(entry) for entry in growth.entries]
    head = LogHead(
        size=after.size,
        edge=after.hashes,
        at=_at(read[-1]),
        next_seq=_next_seq(state.head, read),
    )
    return LedgerState(head=head, unresolved=_unresolved(state, growth, read), facts=(*state.facts, *growth.facts))


def _at(members: dict[str, object]) -> datetime:
    return from_text(str(members["at"]))


def _next_seq(head: LogHead, read: Sequence[dict[str, object]]) -> dict[str, int]:
    following = dict(head.next_seq)
    for members in read:
        if members["kind"] == "signal":
            stream, seq = str(members["stream"]), int(str(members["seq"]))
            following[stream] = max(following.get(stream, 0), seq + 1)
    return following


def _unresolved(state: LedgerState, growth: LogGrowth, read: Sequence[dict[str, object]]) -> dict[str, Unresolved]:
    """Entries of signals that came back without their seals, and what is said of those, concern nobody here."""
    found = {**state.unresolved, **{one.seal.signal_id: one for one in growth.sealed}}
    ends = [(str(members["kind"]), members["of"]) for members in read if members["kind"] in ("reveal", "outcome")]
    if not ends:
        return found
    ids = {one.seal.leaf_index: signal_id for signal_id, one in found.items()}
    for kind, of in ends:
        signal_id = ids.get(of) if isinstance(of, int) else None
        if signal_id is None or signal_id not in found:
            continue
        if kind == "outcome":
            del found[signal_id]
        else:
            found[signal_id] = msgspec.structs.replace(found[signal_id], revealed=True)
    return found
