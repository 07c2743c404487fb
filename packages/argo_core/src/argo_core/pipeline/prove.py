"""What a stranger may ask of the log: its newest checkpoint, proofs, entries and tiles, read from what is stored."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argo_core.errors import DataError
from argo_core.ledger.checkpoint import parse_checkpoint
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.note import parse_note, parse_signature_line
from argo_core.ledger.stored_hashes import ProofPlan, consistency_plan, inclusion_plan, root_plan
from argo_core.ledger.tiles import Tile, bundle_of
from argo_core.ledger.tlog_proof import tlog_proof_text
from argo_core.model.ledger import Cosignature, StoredCheckpoint
from argo_core.ports import CosignatureStore, LedgerReader


class PublishedCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`checkpoint` is the note with the newest line of each witness; `root` hex; `signed_at` as stored, RFC 3339."""

    origin: str
    size: int
    root: str
    checkpoint: str
    signed_at: str
    cosignatures: tuple[Cosignature, ...]


class InclusionProof(msgspec.Struct, frozen=True, kw_only=True):
    """Hashes in hex. `tlog_proof` where a checkpoint of that size is stored, with each witness's oldest line."""

    index: int
    size: int
    leaf_hash: str
    root: str
    proof: tuple[str, ...]
    tlog_proof: str | None


class ConsistencyProof(msgspec.Struct, frozen=True, kw_only=True, rename={"old": "from", "new": "to"}):
    """That the log of `new` entries begins with the log of `old`; hashes in hex."""

    old: int
    new: int
    root_from: str
    root_to: str
    proof: tuple[str, ...]


class EntryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Canonical entries from index `start`; `size` is the newest checkpoint's."""

    start: int
    size: int
    entries: tuple[str, ...]


class Prover:
    """Answers from the stored log. Every question beyond its end raises DataError `bad_range`; all raise StoreError."""

    def __init__(self, reader: LedgerReader, cosignatures: CosignatureStore) -> None:
        self._reader, self._cosignatures = reader, cosignatures

    async def checkpoint(self) -> PublishedCheckpoint:
        """The newest one. Raises DataError `empty_log`."""
        stored = await self._newest()
        lines = newest_of_each(await self._cosignatures.of(stored.size))
        note = stored.note.decode()
        return PublishedCheckpoint(
            origin=parse_checkpoint(parse_note(stored.note).text).origin,
            size=stored.size,
            root=stored.root.hex(),
            checkpoint=note + "".join(one.line for one in lines),
            signed_at=stored.signed_at.isoformat().replace("+00:00", "Z"),
            cosignatures=lines,
        )

    async def inclusion(self, index: int, size: int | None = None) -> InclusionProof:
        """That entry `index` is in the log of `size` entries, the newest checkpoint's by default."""
        size = await self._within(size)
        if not 0 <= index < size:
            raise DataError("bad_range", f"index {index} is not below size {size}: ask for an entry of that log")
        (entry,) = await self._reader.entries(index, 1)
        proof = await self._proof(inclusion_plan(index, size))
        return InclusionProof(
            index=index,
            size=size,
            leaf_hash=leaf_hash(entry).hex(),
            root=(await self._root(size)).hex(),
            proof=_hex(proof),
            tlog_proof=await self._tlog_proof(index, size, proof),
        )

    async def consistency(self, old: int, new: int | None = None) -> ConsistencyProof:
        """That the log only grew from `old` to `new` entries, the newest checkpoint's by default."""
        new = await self._within(new)
        if not 1 <= old <= new:
            raise DataError("bad_range", f"from {old} to {new}: ask for sizes from 1 upwards, the smaller first")
        return ConsistencyProof(
            old=old,
            new=new,
            root_from=(await self._root(old)).hex(),
            root_to=(await self._root(new)).hex(),
            proof=_hex(await self._proof(consistency_plan(old, new))),
        )

    async def entries(self, start: int, limit: int) -> EntryPage:
        """At most `limit` (1 to 1,000) entries from `start`; none at the log's very end."""
        size = (await self._newest()).size
        if not 0 <= start <= size:
            raise DataError("bad_range", f"start {start} is beyond the log's {size} entries")
        found = await self._reader.entries(start, min(limit, size - start)) if start < size else ()
        return EntryPage(start=start, size=size, entries=tuple(entry.decode() for entry in found))

    async def tile(self, tile: Tile) -> bytes | None:
        """The tile's bytes; None if the log does not reach it yet."""
        if not tile.exists((await self._newest()).size):
            return None
        if tile.level is None:
            return bundle_of(await self._reader.entries(tile.start, tile.width))
        hashes = await self._reader.hashes(tile.positions)
        return b"".join(hashes[position] for position in tile.positions)

    async def _newest(self) -> StoredCheckpoint:
        newest = await self._reader.checkpoint()
        if newest is None:
            raise DataError("empty_log", "the log has no checkpoint yet: ask again once the generator has begun it")
        return newest

    async def _within(self, size: int | None) -> int:
        newest = (await self._newest()).size
        if size is None:
            return newest
        if not 1 <= size <= newest:
            raise DataError("bad_range", f"size {size}: the log has {newest} entries: ask for 1 to {newest}")
        return size

    async def _proof(self, plan: ProofPlan) -> tuple[bytes, ...]:
        return plan.proof(await self._reader.hashes(plan.positions))

    async def _root(self, size: int) -> bytes:
        (root,) = await self._proof(root_plan(size))
        return root

    async def _tlog_proof(self, index: int, size: int, proof: tuple[bytes, ...]) -> str | None:
        stored = await self._reader.checkpoint(size)
        if stored is None or stored.size != size:
            return None
        lines = oldest_of_each(await self._cosignatures.of(size))
        return tlog_proof_text(index, proof, stored.note.decode() + "".join(one.line for one in lines))


def newest_of_each(lines: Iterable[Cosignature]) -> tuple[Cosignature, ...]:
    """The newest line of each witness key: how fresh the checkpoint is. A note holds 100 lines at most."""
    return _one_of_each(sorted(lines, key=lambda one: one.time))


def oldest_of_each(lines: Iterable[Cosignature]) -> tuple[Cosignature, ...]:
    """The oldest line of each witness key: since when at least the entries exist."""
    return _one_of_each(sorted(lines, key=lambda one: -one.time))


def _one_of_each(lines: Iterable[Cosignature]) -> tuple[Cosignature, ...]:
    """The last one of each key."""
    kept = {(one.name, parse_signature_line(one.line.rstrip("\n")).key_id): one for one in lines}
    return tuple(kept[key] for key in sorted(kept))


def _hex(hashes: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in hashes)
