"""A whole log in one file that anybody can verify without this service: the export, line by line.

Line 1 is a JSON object (`RecordHead`); every further line is one entry of the log, as it was hashed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from alpine_core.errors import NotProven, SenderError
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.monitor import Counts, Monitor, MonitorFinding
from alpine_core.verify.stored_hashes import Frontier
from alpine_core.verify.trust_policy import OpenedCheckpoint, TrustPolicy
from alpine_core.wire.moments import read_moment

FORMAT = "ledger-export/1"
BATCH = 1_000


class RecordHead(msgspec.Struct, frozen=True, kw_only=True):
    """`checkpoint`: the signed note over the `size` entries that follow. `policy`: tlog-policy text of its own."""

    format: str
    origin: str
    size: int
    checkpoint: str
    policy: str
    exported_at: str


class RecordReport(msgspec.Struct, frozen=True, kw_only=True):
    """What holds of a record that was read to its end: every entry is in the signed tree, none is missing."""

    checkpoint: OpenedCheckpoint
    frontier: Frontier
    counts: Counts
    findings: tuple[MonitorFinding, ...]
    last_at: str


def write_head(head: RecordHead) -> str:
    """The first line, without its end."""
    return msgspec.json.encode(head).decode()


def read_head(line: bytes) -> RecordHead:
    """The first line of a record file. Raises NotProven `bad_record`."""
    try:
        head = msgspec.json.decode(line, type=RecordHead)
        read_moment("exported_at", head.exported_at)
    except (msgspec.DecodeError, SenderError) as error:
        raise NotProven("bad_record", f"the file does not begin with the head of a record: {error}") from None
    if head.format != FORMAT:
        raise NotProven("bad_record", f"the file is of format {head.format[:40]!a}: this reads {FORMAT}")
    return head


def verify_record(
    head: RecordHead,
    lines: Iterable[bytes],
    policy: TrustPolicy,
    now: datetime,
    older: RecordHead | None = None,
    progress: Callable[[int], None] = lambda read: None,
) -> RecordReport:
    """Every entry hashed, the tree rebuilt, its root compared with the signed one, every rule of the monitor asked.

    `older`: the head of an export of before, whose entries this one must begin with. `progress` is told how many were
    read. Raises NotProven: as `TrustPolicy.open_checkpoint`; `entries_missing`, `entries_added` (fewer or more than
    were signed), `content_changed` (another root), `bad_record`; and against `older` `split_view`, `record_shorter`.
    """
    opened = policy.open_checkpoint(head.checkpoint)
    if (opened.origin, opened.size) != (head.origin, head.size):
        raise NotProven("bad_record", "the file's head says another origin or size than its signed checkpoint")
    before = None if older is None else policy.open_signed(older.checkpoint)
    if before is not None and (before.origin != opened.origin or before.size > opened.size):
        raise NotProven(
            "record_shorter", f"the older file has {before.size} entries of {before.origin}, this one fewer"
        )
    monitor = Monitor(opened.origin)
    frontier = _rebuilt(opened, lines, monitor, before, progress)
    return RecordReport(
        checkpoint=opened,
        frontier=frontier,
        counts=monitor.counts(now),
        findings=monitor.findings(now),
        last_at=monitor.last_at,
    )


def _rebuilt(
    opened: OpenedCheckpoint,
    lines: Iterable[bytes],
    monitor: Monitor,
    before: OpenedCheckpoint | None,
    progress: Callable[[int], None],
) -> Frontier:
    frontier, leaves = Frontier(), list[bytes]()
    stops = {opened.size, *([before.size] if before is not None else [])}
    for line in lines:
        if monitor.size == opened.size:
            raise NotProven("entries_added", f"the file goes on after the {opened.size} entries that were signed")
        entry = line.removesuffix(b"\n")
        leaves.append(leaf_hash(entry))
        monitor.feed(monitor.size, entry.decode("utf-8", "replace"))
        if len(leaves) == BATCH or monitor.size in stops:
            frontier, leaves = frontier.extend(leaves)[0], []
            progress(monitor.size)
            _require_beginning(before, frontier)
    if monitor.size < opened.size:
        # Only the root of this very size could tell a shortened file from one with a gap, and it is not signed.
        told = f"{monitor.size} entries are there, {opened.size} were signed: left out at its end, or in between"
        raise NotProven("entries_missing", told)
    if frontier.root != opened.root:
        raise NotProven(
            "content_changed", "the entries do not lead to the signed root: at least one was changed or replaced"
        )
    return frontier


def _require_beginning(before: OpenedCheckpoint | None, frontier: Frontier) -> None:
    if before is not None and frontier.size == before.size and frontier.root != before.root:
        raise NotProven("split_view", f"the first {before.size} entries are not those of the older file")
