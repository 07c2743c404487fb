"""Appending to a mirror: entries are kept only if they lead to roots that the log has signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from alpine_core.errors import NotProven
from alpine_core.model.witness import LoggedSignal, MirrorStep
from alpine_core.verify.commitment import commitment
from alpine_core.verify.log_entry import kind_of, read_reveal_entry, read_signal_entry
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.stored_hashes import Frontier
from alpine_core.verify.tiles import LARGEST_ENTRY


class _Reveal(NamedTuple):
    of: int
    commit: str


def mirror_step(
    frontier: Frontier, entries: Sequence[str], roots: Mapping[int, bytes], commits: Mapping[int, str]
) -> MirrorStep:
    """The entries after the mirror's `frontier`, and what is kept for them.

    `roots`: by size, what the log has signed; the size that the entries lead to must be one of them, and at each the
    roots must agree: raises NotProven `bad_entry` for an entry that is none, `bad_proof` where roots differ. `commits`
    are those of mirrored signals that these entries may disclose, by leaf index.
    """
    leaves = [_leaf(text) for text in entries]
    end, start = frontier.size + len(leaves), frontier.size
    if end not in roots:
        raise NotProven("bad_proof", f"no signed checkpoint has the size {end}: send entries up to the checkpoint's")
    hashes: list[bytes] = []
    for size in sorted(size for size in roots if start < size <= end):
        frontier, kept = frontier.extend(leaves[frontier.size - start : size - start])
        hashes += kept
        if frontier.root != roots[size]:
            raise NotProven("bad_proof", f"the entries do not lead to the root that the log signed for size {size}")
    signals = tuple(_signals(entries, start))
    known = {**commits, **{one.leaf_index: one.commit for one in signals}}
    return MirrorStep(
        start=start,
        entries=tuple(entries),
        hashes=tuple(hashes),
        signals=signals,
        reveals=tuple(_reveals(entries, start, known)),
    )


def disclosed_leaves(entries: Sequence[str]) -> tuple[int, ...]:
    """Which signals the reveals among these entries are about."""
    return tuple({entry.of for _, entry in _readable_reveals(entries, 0)})


def disclosed_commits(entries: Mapping[int, str]) -> dict[int, str]:
    """The commitments of these entries, by leaf index; what is no signal's entry has none."""
    return {one.leaf_index: one.commit for index, text in entries.items() for one in _signals([text], index)}


def _leaf(text: str) -> bytes:
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotProven("bad_entry", "an entry is not UTF-8: send it as it was logged") from None
    if not 0 < len(data) <= LARGEST_ENTRY:
        raise NotProven("bad_entry", f"an entry has {len(data)} bytes: the log's have 1 to {LARGEST_ENTRY}")
    return leaf_hash(data)


def _signals(entries: Sequence[str], start: int) -> list[LoggedSignal]:
    found = []
    for index, text in enumerate(entries, start):
        if kind_of(text) == "signal":
            try:
                found.append(read_signal_entry(text, index))
            except NotProven:
                continue  # the log has it, so the mirror has it; the monitor says what is wrong with it
    return found


def _readable_reveals(entries: Sequence[str], start: int) -> list[tuple[int, _Reveal]]:
    found = []
    for index, text in enumerate(entries, start):
        if kind_of(text) == "reveal":
            try:
                entry = read_reveal_entry(text)
            except NotProven:
                continue
            digest = hashlib.sha256(entry.canonical).digest()
            found.append((index, _Reveal(entry.of, commitment(bytes.fromhex(entry.salt), digest).hex())))
    return found


def _reveals(entries: Sequence[str], start: int, known: Mapping[int, str]) -> list[tuple[int, int]]:
    found: dict[int, int] = {}
    for index, entry in _readable_reveals(entries, start):
        if entry.of < index and known.get(entry.of) == entry.commit:
            found.setdefault(entry.of, index)
    return list(found.items())
