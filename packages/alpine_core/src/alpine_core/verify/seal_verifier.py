"""The step from a verified signal to a proven one: its commitment is in the log of a pinned origin."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from alpine_core.errors import NotProven
from alpine_core.model.realised import RealisedTrade
from alpine_core.model.seal import OutcomeSeal, Seal
from alpine_core.model.signal import OutcomeRecord, VerifiedSignal
from alpine_core.verify.commitment import commitment, read_hex
from alpine_core.verify.log_entry import read_outcome_entry, read_signal_entry
from alpine_core.verify.merkle import leaf_hash, verify_inclusion
from alpine_core.verify.outcome_rules import require_word
from alpine_core.verify.realised import require_behind, require_committed, require_figures
from alpine_core.verify.signal_rules import CLOCK_SKEW
from alpine_core.verify.signal_verifier import JCS_1
from alpine_core.verify.tlog_proof import read_tlog_proof
from alpine_core.verify.trust_policy import OpenedCheckpoint, TrustPolicy
from alpine_core.wire.ledger import LedgerMembers
from alpine_core.wire.moments import read_moment

_KEPT_NOTES = 64
_NAMED = frozenset({"bad_log_signature", "unknown_origin", "commitment_mismatch", "bad_entry", "skew"})


class ProvenSignal(msgspec.Struct, frozen=True):
    """A signal with its seal, and the checkpoint that the seal rests on: whether that one is the log's is next."""

    signal: VerifiedSignal
    checkpoint: OpenedCheckpoint
    members: LedgerMembers


class SealVerifier:
    """Opens each distinct checkpoint once; the last ones are remembered, for a batch rests on few.

    The numbers are those of the specification: 3 commitment, 4 leaf, 5 the log's signature, 6 clocks. Whether the
    checkpoint continues what was seen (5) and the number within the stream (7) depend on what is stored.
    """

    def __init__(self, policy: TrustPolicy) -> None:
        self.policy = policy
        self._opened: OrderedDict[str, OpenedCheckpoint] = OrderedDict()

    def prove(self, signal: VerifiedSignal, members: LedgerMembers) -> ProvenSignal:
        """Raises NotProven `bad_entry`, `commitment_mismatch`, `bad_proof`, `bad_log_signature`, `unknown_origin`,
        `skew`."""
        if signal.scheme != JCS_1:
            raise NotProven("bad_entry", f"the log holds signals of {JCS_1} only: hash the signal by it")
        entry = read_signal_entry(members.entry, members.leaf_index)
        salt, digest = read_hex("salt", members.salt), bytes.fromhex(signal.verification_hash)
        if commitment(salt, digest).hex() != entry.commit:
            raise NotProven("commitment_mismatch", "the log's entry commits to another signal or salt")
        checkpoint = self._leaf_in(members)
        said, logged = read_moment("timestamp", signal.fields.timestamp), read_moment("at", entry.at)
        if abs(said - logged) > CLOCK_SKEW:
            raise NotProven("skew", "the signal's timestamp and the log's time are more than 5 s apart")
        seal = Seal(
            origin=checkpoint.origin,
            leaf_index=members.leaf_index,
            stream=entry.stream,
            seq=entry.seq,
            at=entry.at,
            reveal_by=entry.reveal_by,
            salt=members.salt,
            entry=members.entry,
            tlog_proof=members.tlog_proof,
            size=checkpoint.size,
        )
        return ProvenSignal(msgspec.structs.replace(signal, seal=seal), checkpoint, members)

    def prove_outcome(self, outcome: OutcomeRecord, members: LedgerMembers) -> tuple[OutcomeSeal, OpenedCheckpoint]:
        """The outcome's place; of which signal it is, and whether its percentage is right, only the store can tell.

        Raises NotProven as `prove`, and `outcome_mismatch` for a word or a net result that cannot be.
        """
        entry = read_outcome_entry(members.entry)
        if (entry.result, entry.exit_price) != (outcome.result, outcome.exit_price):
            raise NotProven("commitment_mismatch", "the log's entry has another result or exit price")
        require_word(outcome)
        checkpoint = self._leaf_in(members)
        seal = OutcomeSeal(
            origin=checkpoint.origin,
            leaf_index=members.leaf_index,
            of=entry.of,
            entry=members.entry,
            tlog_proof=members.tlog_proof,
            size=checkpoint.size,
        )
        return seal, checkpoint

    def prove_realised(self, trade: RealisedTrade, members: LedgerMembers) -> tuple[OutcomeSeal, OpenedCheckpoint]:
        """A finished trade's place; whether its signal stands at leaf `of`, only the store can tell.

        Raises NotProven as `prove`, and `realised_mismatch` for figures that cannot be.
        """
        if trade.of is None:
            raise NotProven("bad_entry", "a trade in the log says of which leaf its signal is: send of")
        require_committed(trade, members.entry)
        require_figures(trade)
        checkpoint = self._leaf_in(members)
        require_behind(trade, members.leaf_index)
        seal = OutcomeSeal(
            origin=checkpoint.origin,
            leaf_index=members.leaf_index,
            of=trade.of,
            entry=members.entry,
            tlog_proof=members.tlog_proof,
            size=checkpoint.size,
        )
        return seal, checkpoint

    def open(self, note: str) -> OpenedCheckpoint:
        """The checkpoint of a pinned log. Raises NotProven `bad_proof`, `bad_log_signature`, `unknown_origin`."""
        opened = self._opened.get(note)
        if opened is None:
            try:
                opened = self.policy.open_signed(note)
            except NotProven as error:
                raise _as_told(error) from error
            self._opened[note] = opened
            if len(self._opened) > _KEPT_NOTES:
                self._opened.popitem(last=False)
        return opened

    def _leaf_in(self, members: LedgerMembers) -> OpenedCheckpoint:
        try:
            proof = read_tlog_proof(members.tlog_proof)
            if proof.index != members.leaf_index:
                raise NotProven("bad_proof", "leaf_index is not the proof's: send one index")
            opened = self.open(proof.checkpoint)
            verify_inclusion(proof.index, opened.size, leaf_hash(members.entry.encode()), proof.hashes, opened.root)
        except NotProven as error:
            raise _as_told(error) from error
        return opened


def _as_told(error: NotProven) -> NotProven:
    # The sender is told which step refused; the check within the step is in the message.
    return error if error.code in _NAMED else NotProven("bad_proof", str(error))
