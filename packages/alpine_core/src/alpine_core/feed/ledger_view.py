"""What anybody may read of the mirrored logs: checkpoints, proofs, entries, tiles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from alpine_core.errors import NotProven, NotThere, ReaderError
from alpine_core.model.witness import KeptCheckpoint
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.witness_store import WitnessStore
from alpine_core.verify.merkle import EMPTY_ROOT, leaf_hash
from alpine_core.verify.note import read_note
from alpine_core.verify.stored_hashes import ProofPlan, consistency_plan, inclusion_plan, root_plan
from alpine_core.verify.tiles import TILE_WIDTH, read_tile_path, write_bundle
from alpine_core.verify.tlog_proof import TlogProof

MOST_ENTRIES = 1000
LARGEST_SIZE = 2**53 - 1  # what every reader of JSON can count to


class InclusionProof(msgspec.Struct, frozen=True, kw_only=True):
    """`proof`: the path from the leaf up. `tlog_proof`: the same with the checkpoint, None if none has that size."""

    index: int
    size: int
    leaf_hash: bytes
    root: bytes
    proof: tuple[bytes, ...]
    tlog_proof: str | None


class ConsistencyProof(msgspec.Struct, frozen=True, kw_only=True):
    """That the tree of `old` leaves is the beginning of the tree of `new` leaves."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    proof: tuple[bytes, ...]


class LedgerView:
    """`pinned`: the origins that are published here, the first one is meant where none is named.

    What is not mirrored is not shown, except `witnessed`. Raises NotThere for what there is not, ReaderError for
    what cannot be asked, StoreError.
    """

    def __init__(self, pinned: Iterable[str], states: WitnessStore, mirror: LogMirror) -> None:
        self._origins = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in pinned}
        self._states, self._mirror = states, mirror

    def origin(self, digest: str | None = None) -> str:
        """The origin whose SHA-256 in hex is `digest`; None: the first one."""
        found = next(iter(self._origins.values()), None) if digest is None else self._origins.get(digest)
        if found is None:
            raise NotThere("no such log is pinned here: GET /api/v1/ledger/policy lists those that are")
        return found

    async def witnessed(self, origin: str) -> KeptCheckpoint:
        """The newest checkpoint that was cosigned, mirrored or not."""
        return _required(await self._mirror.checkpoint(origin))

    async def checkpoint(self, origin: str) -> KeptCheckpoint:
        """The newest checkpoint whose entries are all mirrored."""
        return _required(await self._mirror.checkpoint(origin, await self.mirrored(origin)))

    async def mirrored(self, origin: str) -> int:
        """How many entries are mirrored."""
        state = await self._states.state(origin)
        return 0 if state is None else state.mirrored

    async def witnessed_size(self, origin: str) -> int:
        """How many entries the newest state has that was cosigned: never fewer than are mirrored."""
        state = await self._states.state(origin)
        return 0 if state is None else state.size

    async def inclusion(self, origin: str, index: int, size: int | None = None) -> InclusionProof:
        """The proof of one leaf, in the tree of `size` leaves or of all that are mirrored."""
        mirrored = await self.mirrored(origin)
        of = mirrored if size is None else size
        if not 0 <= index < of <= mirrored:
            raise ReaderError(f"leaf {index} of {of}: the mirror holds {mirrored} entries")
        proof, root = await self._built(origin, inclusion_plan(index, of), root_plan(of))
        (entry,) = await self._mirror.entries(origin, index, 1)
        kept = await self._mirror.checkpoint(origin, of)
        text = None if kept is None else TlogProof(index, proof, signed_note(kept)).text
        return InclusionProof(
            index=index, size=of, leaf_hash=leaf_hash(entry.encode()), root=root[0], proof=proof, tlog_proof=text
        )

    async def consistency(self, origin: str, old: int, new: int) -> ConsistencyProof:
        """The proof between two sizes, both mirrored."""
        mirrored = await self.mirrored(origin)
        if not 0 <= old <= new <= mirrored:
            raise ReaderError(f"from {old} to {new}: name the smaller size first; the mirror holds {mirrored} entries")
        proof, old_root, new_root = await self._built(
            origin, consistency_plan(old, new), root_plan(old), root_plan(new)
        )
        return ConsistencyProof(
            old=old,
            new=new,
            old_root=old_root[0] if old_root else EMPTY_ROOT,
            new_root=new_root[0] if new_root else EMPTY_ROOT,
            proof=proof,
        )

    async def entries(self, origin: str, start: int, limit: int) -> tuple[str, ...]:
        """At most `limit` (to 1,000) entries from `start` on."""
        if not 0 <= start <= LARGEST_SIZE or not 1 <= limit <= MOST_ENTRIES:
            raise ReaderError(f"start from 0 to 2^53 - 1, limit from 1 to {MOST_ENTRIES}")
        return await self._mirror.entries(origin, start, limit)

    async def tile(self, origin: str, path: str) -> tuple[bytes, bool]:
        """The bytes at a C2SP path, and whether they are a full tile's, which never change."""
        try:
            tile = read_tile_path(path)
        except NotProven as error:
            raise NotThere(str(error)) from None
        if not tile.is_within(await self.mirrored(origin)):
            raise NotThere("the mirror has no such tile: GET /ledger/checkpoint tells its size")
        if tile.level is None:
            entries = await self._mirror.entries(origin, tile.first, tile.width)
            return write_bundle([entry.encode() for entry in entries]), tile.width == TILE_WIDTH
        kept = await self._mirror.hashes(origin, tile.positions)
        return tile.hashes(kept), tile.width == TILE_WIDTH

    async def _built(self, origin: str, *plans: ProofPlan) -> list[tuple[bytes, ...]]:
        kept = await self._mirror.hashes(origin, sorted({place for plan in plans for place in plan.positions}))
        return [plan.build(kept) for plan in plans]


def signed_note(kept: KeptCheckpoint) -> str:
    """The checkpoint with its cosignatures: of each cosigner the earliest, which says since when it is known, and the
    newest, which says until when it was confirmed."""
    by_time = sorted(kept.cosignatures, key=lambda one: one.time)
    ends = {one.vkey: one for one in reversed(by_time)}, {one.vkey: one for one in by_time}
    lines = dict.fromkeys(one.line for end in ends for one in end.values())
    return read_note(kept.note).with_lines(tuple(lines)).note


def _required(kept: KeptCheckpoint | None) -> KeptCheckpoint:
    if kept is None:
        raise NotThere("nothing of this log has been witnessed here yet")
    return kept
