"""`alpine-verify feed`: a mirror's public log, entry by entry, compared with what was seen at the last visit.

What was seen is kept as a record file, so that `alpine-verify record` reads it too. It is replaced only by a longer one
that continues it; a log that does not is written beside it as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

import msgspec

from alpine_core.errors import NotProven, OperatorError
from alpine_core.offline.freshness import require_fresh
from alpine_core.offline.mirror_client import MirrorClient
from alpine_core.offline.policies import chosen_policy
from alpine_core.offline.progress import Progress
from alpine_core.offline.record import head_of, told_of
from alpine_core.offline.verdict import Verdict, refused
from alpine_core.verify.merkle import leaf_hash, verify_consistency
from alpine_core.verify.record_file import FORMAT, RecordHead, verify_record, write_head
from alpine_core.verify.stored_hashes import Frontier
from alpine_core.verify.trust_policy import OpenedCheckpoint, TrustPolicy
from alpine_core.wire.moments import write_moment


def check_feed(
    url: str, state: Path, policy: Path | None, vkeys: Sequence[str], now: datetime, max_age_minutes: float
) -> Verdict:
    """Read on from where `state` ends, verify, keep. Raises OperatorError for no answer, or no file."""
    client = MirrorClient(url)
    warnings: tuple[str, ...] = ()
    try:
        known = head_of(state) if state.exists() else None
        own = known.policy if known is not None else client.policy()
        trusted, warnings = chosen_policy(policy, vkeys, own)
        note = client.checkpoint()
        offered = trusted.open_checkpoint(note)
        _require_growth(client, trusted, known, offered, note, state)
        if known is not None and offered.size < known.size:
            raise NotProven("stale", f"the mirror shows {offered.size} entries, {known.size} were seen before")
        head = RecordHead(
            format=FORMAT,
            origin=offered.origin,
            size=offered.size,
            checkpoint=note,
            policy=own,
            exported_at=write_moment(now),
        )
        verdict = _read_on(client, head, known, state, trusted, now, warnings)
        require_fresh(offered.cosignatures, now, max_age_minutes)
    except NotProven as error:
        return refused(error, warnings)
    except OSError as error:
        raise OperatorError(f"{state}: it cannot be read or written: {error.strerror}") from None
    return verdict


def _read_on(
    client: MirrorClient,
    head: RecordHead,
    known: RecordHead | None,
    state: Path,
    policy: TrustPolicy,
    now: datetime,
    warnings: Sequence[str],
) -> Verdict:
    fresh = state.with_name(f"{state.name}.new")
    with fresh.open("wb") as kept:
        kept.write(write_head(head).encode() + b"\n")

        def lines() -> Iterator[bytes]:
            for line in _all_lines(client, known, state, head.size):
                kept.write(line)
                yield line

        progress = Progress(head.size)
        try:
            report = verify_record(head, lines(), policy, now, known, progress)
        except NotProven as error:
            fresh.unlink()
            # Growth was proven already: it is what was sent that differs from what was signed.
            raise NotProven("mirror_wrong", str(error)) from None
        finally:
            progress.close()
    fresh.replace(state)
    return told_of(report, head, warnings)


def _all_lines(client: MirrorClient, known: RecordHead | None, state: Path, size: int) -> Iterator[bytes]:
    held = 0 if known is None else known.size
    if held:
        with state.open("rb") as kept:
            kept.readline()
            yield from kept
    for entry in client.entries(held, size):
        yield entry.encode() + b"\n"


def _require_growth(
    client: MirrorClient,
    policy: TrustPolicy,
    known: RecordHead | None,
    offered: OpenedCheckpoint,
    note: str,
    state: Path,
) -> None:
    if known is None:
        return
    seen = policy.open_signed(known.checkpoint)
    if seen.origin != offered.origin:
        raise NotProven("unknown_origin", f"the mirror shows {offered.origin}, {state} holds {seen.origin}")
    proof: tuple[bytes, ...] = ()
    try:
        if offered.size < seen.size:
            # A mirror cannot prove what it does not show; what was seen is at hand.
            verify_consistency(offered.size, offered.size, _root_of(state, offered.size), offered.root, proof)
        else:
            proof = client.consistency(seen.size, offered.size) if 0 < seen.size < offered.size else ()
            verify_consistency(seen.size, offered.size, seen.root, offered.root, proof)
    except NotProven as error:
        evidence = state.with_name(f"{state.name}.evidence.json")
        both = {"kept": known.checkpoint, "offered": note, "consistency": [each.hex() for each in proof]}
        evidence.write_bytes(msgspec.json.format(msgspec.json.encode(both)))
        raise NotProven("split_view", f"{error}; both signed notes are in {evidence}") from None


def _root_of(state: Path, size: int) -> bytes:
    with state.open("rb") as kept:
        kept.readline()
        return Frontier().extend([leaf_hash(line.removesuffix(b"\n")) for line in islice(kept, size)])[0].root
