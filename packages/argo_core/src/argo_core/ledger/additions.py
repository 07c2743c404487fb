"""Entries gathered for one batch, with the records that say where each of them stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from argo_core.ledger import entries, realised
from argo_core.ledger.batch import Draft, draft
from argo_core.ledger.commitment import commitment
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.ledger_policy import PolicyText
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.methodology import METHODOLOGY_SHA256
from argo_core.ledger.note_key import SigningKey
from argo_core.model.instant import to_text
from argo_core.model.ledger import DayRoot, DueTrade, LeafOf, LedgerState, LogFact, Seal, TradeLeaf, Unresolved
from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal


class Additions:
    """Grows entry by entry, all of one moment `at`; `draft` ends it. Index and `seq` follow from the state."""

    def __init__(self, state: LedgerState, at: datetime) -> None:
        self._head, self._at, self._text = state.head, at, to_text(at)
        self._unresolved, self._facts = dict(state.unresolved), state.facts
        self._next_seq = dict(state.head.next_seq)
        self._entries: list[bytes] = []
        self._seals: list[Seal] = []
        self._reveals: list[LeafOf] = []
        self._outcomes: list[LeafOf] = []
        self._realised: list[TradeLeaf] = []
        self._statements: dict[str, str] = {}
        self._new_facts: list[LogFact] = []

    def __len__(self) -> int:
        return len(self._entries)

    def genesis(self, origin: str) -> None:
        """The first entry of an empty log."""
        self._add(entries.genesis_entry(self._text, origin, METHODOLOGY_SHA256))

    def signal(self, sealed: SealedSignal, stream: str, salt: bytes, reveal_after: timedelta) -> None:
        """The commitment to a new signal."""
        seal = Seal(
            signal_id=sealed.signal.signal_id,
            leaf_index=self._next_index(),
            stream=stream,
            seq=self._next_seq.get(stream, 0),
            commitment=commitment(salt, sealed.verification_hash),
            salt=salt,
            reveal_by=self._at + reveal_after,
        )
        self._add(entries.signal_entry(self._text, stream, seal.seq, seal.commitment, to_text(seal.reveal_by)))
        self._next_seq[stream] = seal.seq + 1
        self._seals.append(seal)
        self._unresolved[seal.signal_id] = Unresolved(seal=seal, fields=sealed.signal.hashed_fields())

    def reveal(self, signal_id: str) -> None:
        """Salt and fields of a signal, unless they are public already."""
        hidden = self._unresolved[signal_id]
        if hidden.revealed:
            return
        self._reveals.append(LeafOf(signal_id=signal_id, leaf_index=self._next_index()))
        self._add(entries.reveal_entry(self._text, hidden.seal.leaf_index, hidden.seal.salt, hidden.fields))
        self._unresolved[signal_id] = msgspec.structs.replace(hidden, revealed=True)

    def outcome(self, ended: Outcome, source: str) -> None:
        """How a signal ended, its reveal before it: no secret is left. Nothing for a signal that has no seal.

        The logged exit lies between the signal and this moment. That of a replay is market time of long ago; the log
        then says when it was found.
        """
        if ended.signal_id not in self._unresolved:
            return
        self.reveal(ended.signal_id)
        exit_at = to_text(ended.exit_at)
        if not ended.signal_timestamp <= exit_at <= self._text:
            exit_at = self._text
        of = self._unresolved.pop(ended.signal_id).seal.leaf_index
        self._outcomes.append(LeafOf(signal_id=ended.signal_id, leaf_index=self._next_index()))
        self._add(entries.outcome_entry(self._text, of, ended.result.value, ended.exit_price, exit_at, source))

    def realised(self, due: DueTrade) -> None:
        """What an account made of a signal that is revealed: before that nothing, and the trade stays due.

        No entry for a trade whose signal has no seal, and none that nobody could read: it would spoil the log.
        """
        trade, of = due.trade, due.of
        hidden = self._unresolved.get(trade.signal_id)
        if hidden is not None and not hidden.revealed:  # what one account did must not tell what others wait for
            return
        try:
            text = self._statements[trade.trade_id] = realised.statement_text(trade, of)
        except LedgerError:
            of, text = None, ""
        if of is None:
            self._realised.append(TradeLeaf(trade_id=trade.trade_id, leaf_index=None))
            return
        self._realised.append(TradeLeaf(trade_id=trade.trade_id, leaf_index=self._next_index()))
        name, url = realised.entry_name(trade, of), realised.text_url(trade)
        self._add(entries.policy_entry(self._text, name, text, url))

    @property
    def statements(self) -> Mapping[str, str]:
        """By trade, the texts that the receivers get: of trades without an entry too."""
        return self._statements

    def due_reveals(self, margin: timedelta) -> None:
        """Every signal whose time to be revealed comes within `margin`, oldest first."""
        for signal_id, hidden in list(self._unresolved.items()):
            if not hidden.revealed and hidden.seal.reveal_by - margin <= self._at:
                self.reveal(signal_id)

    def policy(self, policy: PolicyText) -> None:
        """A text's hash, unless this version of it is what was logged last."""
        logged = [fact.digest for fact in self._facts if (fact.kind, fact.subject) == ("policy", policy.name)]
        if not logged or logged[-1] != policy.sha256:
            self._note_fact("policy", policy.name, policy.sha256)
            self._add(entries.policy_entry(self._text, policy.name, policy.text, policy.url))

    def legacy(self, scheme: str, hashes: Sequence[str]) -> None:
        """Signals from before the log, by the root over their raw hashes."""
        leaves = [leaf_hash(bytes.fromhex(digest)) for digest in hashes]
        root = Frontier().grow(leaves).after.root.hex()
        self._note_fact("legacy", scheme, root, len(hashes))
        self._add(entries.legacy_entry(self._text, scheme, len(hashes), root))

    def day(self, day: DayRoot) -> None:
        """The decisions of a finished day."""
        self._note_fact("decisions", day.date, day.root, day.count)
        self._add(entries.decisions_entry(self._text, day.date, day.count, day.root))

    def tally(self) -> None:
        """How many signals each stream has so far."""
        self._note_fact("tally", self._text[:10])
        self._add(entries.tally_entry(self._text, self._next_seq))

    def correction(self, of: int, reason: str, replaces: Mapping[str, object]) -> None:
        """What no longer holds of an earlier entry."""
        self._add(entries.correction_entry(self._text, of, reason, replaces))

    def key(self, action: str, vkey: str) -> None:
        """A key that is added or retired as of now."""
        self._note_fact("key", vkey, action)
        self._add(entries.key_entry(self._text, action, vkey, self._text))

    def draft(self, origin: str, keys: Sequence[SigningKey]) -> tuple[Draft, LedgerState]:
        """The batch, and the state once it is stored. Raises LedgerError `bad_key`."""
        made = draft(self._head, self._entries, origin, keys, self._at, self._next_seq)
        batch = msgspec.structs.replace(
            made.batch,
            seals=tuple(self._seals),
            reveals=tuple(self._reveals),
            outcomes=tuple(self._outcomes),
            realised=tuple(self._realised),
            facts=tuple(self._new_facts),
        )
        after = LedgerState(head=batch.head, unresolved=self._unresolved, facts=(*self._facts, *self._new_facts))
        return Draft(batch, made.growth), after

    def _note_fact(self, kind: str, subject: str, digest: str = "", count: int = 0) -> None:
        index = self._next_index()
        self._new_facts.append(LogFact(leaf_index=index, kind=kind, subject=subject, digest=digest, count=count))

    def _next_index(self) -> int:
        return self._head.size + len(self._entries)

    def _add(self, entry: bytes) -> None:
        self._entries.append(entry)
