"""A small log with a fixed test key, which seals, discloses and resolves signals as a provider's does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from alpine_core.model.realised import RealisedTrade
from alpine_core.model.receipt import Receipt
from alpine_core.model.seal import OutcomeSeal, Seal
from alpine_core.model.signal import HASHED_NAMES, OutcomeRecord, VerifiedSignal
from alpine_core.model.witness import Advance
from alpine_core.ports.signal_store import SignalStore
from alpine_core.verify.canonical import canonical_bytes
from alpine_core.verify.checkpoint import Checkpoint
from alpine_core.verify.commitment import commitment
from alpine_core.verify.field_rules import number_text
from alpine_core.verify.log_entry import read_outcome_entry, read_signal_entry
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.note import sign_note
from alpine_core.verify.note_key import LOG_KEY, SigningKey
from alpine_core.verify.plain_text import write_base64
from alpine_core.verify.realised import statement_text
from alpine_core.verify.stored_hashes import Frontier, consistency_plan, inclusion_plan
from alpine_core.verify.tlog_proof import TlogProof
from alpine_core.wire.moments import read_moment, write_moment

SAMPLE_ORIGIN = "provider.localhost/signals"
SAMPLE_SEED = hashlib.sha256(b"a log key for tests only").digest()
SAMPLE_KEY = SigningKey(SAMPLE_ORIGIN, LOG_KEY, SAMPLE_SEED)
SAMPLE_VKEY = SAMPLE_KEY.key.vkey
"""What tests pin."""

_GENESIS_AT = "2026-01-02T14:29:00.000000Z"
_METHODOLOGY = hashlib.sha256(b"methodology").hexdigest()


class SampleLog:
    """Everything about it is deterministic: the salt of entry n is a hash of n. `stream` is `main`.

    `origin` and `key` may be others', for what must not be believed.
    """

    def __init__(self, origin: str = SAMPLE_ORIGIN, key: SigningKey = SAMPLE_KEY) -> None:
        self.origin, self._key = origin, key
        self.entries: list[str] = []
        self._frontier = Frontier()
        self._kept: list[bytes] = []
        self._seq = 0
        self._leaf_of: dict[str, int] = {}
        self._witnessed: int | None = None
        self.add(
            f'{{"at":"{_GENESIS_AT}","kind":"genesis","methodology_sha256":"{_METHODOLOGY}","origin":"{origin}","v":1}}'
        )

    @property
    def size(self) -> int:
        return len(self.entries)

    def add(self, entry: str) -> int:
        """Append any entry; its index."""
        self._frontier, kept = self._frontier.extend([leaf_hash(entry.encode())])
        self._kept += kept
        self.entries.append(entry)
        return len(self.entries) - 1

    def note(self) -> str:
        """The signed checkpoint of the whole log."""
        return sign_note(Checkpoint(self.origin, self.size, self._frontier.root).text, self._key)

    def tlog_proof(self, index: int) -> str:
        """The proof of one entry in the whole log."""
        return self.tlog_proofs([index])[0]

    def tlog_proofs(self, indexes: Sequence[int]) -> list[str]:
        """The proofs of these entries in the whole log."""
        note, proofs = self.note(), []
        for index in indexes:
            plan = inclusion_plan(index, self.size)
            proofs.append(TlogProof(index, plan.build({at: self._kept[at] for at in plan.positions}), note).text)
        return proofs

    def consistency(self, old_size: int) -> list[str]:
        """From `old_size` to the whole log, base64 as on the wire."""
        plan = consistency_plan(old_size, self.size)
        return [write_base64(one) for one in plan.build({at: self._kept[at] for at in plan.positions})]

    def advance(self, expected: int | None = None) -> Advance:
        """What a witness keeps of the whole log, without cosignature."""
        return Advance(
            origin=self.origin, expected=expected, size=self.size, root=self._frontier.root, note=self.note()
        )

    def seal(self, members: dict[str, Any], *, old_size: int | None = None, **changes: Any) -> dict[str, Any]:
        """A signal's body with its place in the log, to which it is appended; `changes` are of the entry's members."""
        nine = {name: members[name] for name in HASHED_NAMES}
        index = self._append_signal(nine, changes)
        place = {**members, "salt": salt_of(index), "leaf_index": index, "entry": self.entries[index]}
        place["tlog_proof"] = self.tlog_proof(index)
        if old_size is not None:
            place |= {"old_size": old_size, "consistency": self.consistency(old_size)}
        return place

    def sealed(self, verified: VerifiedSignal, **changes: Any) -> VerifiedSignal:
        """The signal with its seal, as the steps before the store leave it."""
        fields = msgspec.structs.asdict(verified.fields)
        index = self._append_signal(fields, changes)
        entry = read_signal_entry(self.entries[index], index)
        seal = Seal(
            origin=self.origin,
            leaf_index=index,
            stream=entry.stream,
            seq=entry.seq,
            at=entry.at,
            reveal_by=entry.reveal_by,
            salt=salt_of(index),
            entry=self.entries[index],
            tlog_proof=self.tlog_proof(index),
            size=self.size,
        )
        return msgspec.structs.replace(verified, seal=seal)

    def reveal(self, members: dict[str, Any], at: str | None = None) -> int:
        """Disclose a sealed signal by an entry; its index."""
        nine = {name: members[name] for name in HASHED_NAMES}
        of = self._leaf_of[str(nine["signal_id"])]
        return self.add(
            f'{{"at":"{at or nine["timestamp"]}","kind":"reveal","of":{of},"salt":"{salt_of(of)}",'
            f'"signal":{canonical_bytes(nine).decode()},"v":1}}'
        )

    def resolve(self, outcome: OutcomeRecord, at: str | None = None) -> OutcomeSeal:
        """Log the outcome of a sealed signal."""
        exit_at = write_moment(read_moment("exit_at", outcome.exit_at))
        index = self.add(
            f'{{"at":"{at or exit_at}","exit_at":"{exit_at}",'
            f'"exit_price":{number_text("exit_price", outcome.exit_price, nullable=True)},"kind":"outcome",'
            f'"of":{self._leaf_of[outcome.signal_id]},"result":"{outcome.result}","source":"bars","v":1}}'
        )
        return OutcomeSeal(
            origin=self.origin,
            leaf_index=index,
            of=read_outcome_entry(self.entries[index]).of,
            entry=self.entries[index],
            tlog_proof=self.tlog_proof(index),
            size=self.size,
        )

    def realise(self, trade: RealisedTrade, at: str | None = None) -> tuple[RealisedTrade, OutcomeSeal]:
        """Log the trade on a sealed signal: as it is then, with the leaf of its signal, and its place."""
        of = self._leaf_of[trade.signal_id]
        trade = msgspec.structs.replace(trade, of=of)
        digest = hashlib.sha256(statement_text(trade).encode()).hexdigest()
        index = self.add(
            f'{{"at":"{at or trade.closed_at}","kind":"policy",'
            f'"name":"realised-outcome/{trade.executor_id}/{of}/{trade.trade_id}","sha256":"{digest}",'
            f'"text_url":"/api/v1/ledger/realised/{trade.trade_id}","v":1}}'
        )
        entry, proof = self.entries[index], self.tlog_proof(index)
        return trade, OutcomeSeal(
            origin=self.origin, leaf_index=index, of=of, entry=entry, tlog_proof=proof, size=self.size
        )

    def realised_members(self, trade: RealisedTrade, at: str | None = None) -> dict[str, Any]:
        """The trade's body with its place in the log, to which it is appended."""
        logged, seal = self.realise(trade, at)
        place = {"leaf_index": seal.leaf_index, "entry": seal.entry, "tlog_proof": seal.tlog_proof}
        return {**msgspec.structs.asdict(logged), **place}

    async def store_in(
        self, store: SignalStore, signals: Sequence[VerifiedSignal], at: datetime
    ) -> tuple[Receipt, ...]:
        """Seal these and store them with the checkpoint, as the intake does."""
        sealed = [self.sealed(one) for one in signals]
        receipts = await store.store(sealed, at, [self.advance(self._witnessed)])
        self._witnessed = self.size
        return receipts

    async def resolve_in(self, store: SignalStore, outcome: OutcomeRecord, at: datetime) -> tuple[Receipt, ...]:
        """Log this outcome and store it."""
        return await store.store_outcomes([outcome], at, {outcome.signal_id: self.resolve(outcome)})

    def outcome_members(self, outcome: OutcomeRecord) -> dict[str, Any]:
        """The outcome's body with its place in the log, to which it is appended."""
        seal = self.resolve(outcome)
        place = {"leaf_index": seal.leaf_index, "entry": seal.entry, "tlog_proof": seal.tlog_proof}
        return {**msgspec.structs.asdict(outcome), **place}

    def checkpoint_body(self, *, old_size: int = 0, start: int | None = None) -> dict[str, Any]:
        """The body of `sync/checkpoint`, with all entries from `start` on, or none."""
        body = {"checkpoint": self.note(), "old_size": old_size, "consistency": self.consistency(old_size)}
        return body if start is None else {**body, "start": start, "entries": self.entries[start:]}

    def _append_signal(self, nine: dict[str, Any], changes: dict[str, Any]) -> int:
        index = len(self.entries)
        digest = hashlib.sha256(canonical_bytes(nine)).digest()
        at = str(nine["timestamp"])
        members: dict[str, Any] = {
            "at": at,
            "commit": commitment(bytes.fromhex(salt_of(index)), digest).hex(),
            "kind": "signal",
            "reveal_by": write_moment(_day_after(at)),
            "scheme": "jcs-1",
            "seq": self._seq,
            "stream": "main",
            "v": 1,
            **changes,
        }
        self._seq = members["seq"] + 1
        self._leaf_of[str(nine["signal_id"])] = index
        return self.add(msgspec.json.encode(members, order="sorted").decode())


def salt_of(index: int) -> str:
    """The salt of the signal at this leaf, 64 hex digits."""
    return hashlib.sha256(f"salt {index}".encode()).hexdigest()


def _day_after(at: str) -> datetime:
    return read_moment("at", at) + timedelta(days=1)
