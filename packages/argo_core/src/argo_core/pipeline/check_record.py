"""One stored signal, checked step by step: hash, commitment, inclusion, checkpoint, cosignatures, what came after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from argo_core.errors import DataError
from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.commitment import commitment
from argo_core.ledger.cosignature import verify_cosignature
from argo_core.ledger.entries import read_entry
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import leaf_hash, verify_inclusion
from argo_core.ledger.note import parse_note, parse_signature_line
from argo_core.ledger.note_key import VerifierKey
from argo_core.ledger.recompute import recompute
from argo_core.ledger.stored_hashes import inclusion_plan
from argo_core.model.ledger import Cosignature, StoredCheckpoint
from argo_core.model.ledger_places import SignalPlaces
from argo_core.model.signal import LoggedSignal
from argo_core.pipeline.prove import oldest_of_each
from argo_core.ports import CosignatureStore, LedgerReader, SignalReader
from argo_core.ports.ledger_places import LedgerPlaces


class StepState(StrEnum):
    """`absent`: there is nothing to check, or no key to check it with; the words say which."""

    OK = "ok"
    FAILED = "failed"
    ABSENT = "absent"


class CheckStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step and what was found, for a person."""

    step: str
    state: StepState
    words: str


class SignalCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`ok`: no step failed. `logged`: the signal is sealed in the log; others have their hash alone."""

    signal_id: str
    scheme: str
    logged: bool
    ok: bool
    steps: tuple[CheckStep, ...]


@dataclass(frozen=True, slots=True)
class RecordChecker:
    """`log_keys` may be empty (no key file on this machine), `witness_keys` are those that are configured."""

    signals: SignalReader
    places: LedgerPlaces
    reader: LedgerReader
    cosignatures: CosignatureStore
    origin: str
    log_keys: Sequence[VerifierKey]
    witness_keys: Sequence[VerifierKey]

    async def check(self, signal_id: str) -> SignalCheck:
        """Every step, also after one failed. Raises DataError `unknown_signal`, StoreError.

        Several reads see several moments: what fails is looked at once more, lest a writer was in between.
        """
        checked = await self._check(signal_id)
        return checked if checked.ok else await self._check(signal_id)

    async def _check(self, signal_id: str) -> SignalCheck:
        found = await self.signals.signal(signal_id)
        if found is None:
            raise DataError("unknown_signal", f"no signal {signal_id}: list them with: argo signals")
        places = await self.places.signal(signal_id)
        steps = [_hash_step(found)]
        if places is None:
            steps.append(_absent("log", "not sealed in the log: its content is unchanged, its time cannot be proven"))
        else:
            steps += await self._logged_steps(found, places)
        return SignalCheck(
            signal_id=signal_id,
            scheme=found.sealed.scheme,
            logged=places is not None,
            ok=all(step.state is not StepState.FAILED for step in steps),
            steps=tuple(steps),
        )

    async def _logged_steps(self, found: LoggedSignal, places: SignalPlaces) -> list[CheckStep]:
        index = places.seal.leaf_index
        entry = await self._entry(index)
        checkpoint = await self.reader.checkpoint_after(index)
        steps = [_commitment_step(found, places, entry)]
        if entry is None or checkpoint is None:
            return [*steps, _failed("inclusion", f"entry {index} or its checkpoint is not stored")]
        steps.append(await self._inclusion_step(index, entry, checkpoint))
        steps.append(self._checkpoint_step(checkpoint))
        steps.append(await self._cosignature_step(checkpoint))
        steps.append(_reveal_step(found, places, await self._entry(places.reveal)))
        steps.append(_outcome_step(found, places, await self._entry(places.outcome)))
        return steps

    async def _entry(self, index: int | None) -> bytes | None:
        entries = () if index is None else await self.reader.entries(index, 1)
        return entries[0] if entries else None

    async def _inclusion_step(self, index: int, entry: bytes, checkpoint: StoredCheckpoint) -> CheckStep:
        plan = inclusion_plan(index, checkpoint.size)
        try:
            proof = plan.proof(await self.reader.hashes(plan.positions))
            verify_inclusion(index, checkpoint.size, leaf_hash(entry), proof, checkpoint.root)
        except (LedgerError, KeyError):
            return _failed("inclusion", f"entry {index} is not under the root of checkpoint {checkpoint.size}")
        return _passed("inclusion", f"entry {index} is under the root of checkpoint {checkpoint.size}")

    def _checkpoint_step(self, checkpoint: StoredCheckpoint) -> CheckStep:
        if not self.log_keys:
            return _absent("checkpoint", "no key of the log is here to check its signature with")
        try:
            opened = open_checkpoint(checkpoint.note, self.origin, self.log_keys).checkpoint
        except LedgerError as error:
            return _failed("checkpoint", f"checkpoint {checkpoint.size}: {error}")
        if (opened.size, opened.root) != (checkpoint.size, checkpoint.root):
            return _failed("checkpoint", f"the note of checkpoint {checkpoint.size} says another size or root")
        signed = checkpoint.signed_at.isoformat(timespec="seconds")
        return _passed("checkpoint", f"signed by {self.origin} at {signed}")

    async def _cosignature_step(self, checkpoint: StoredCheckpoint) -> CheckStep:
        """A later checkpoint's cosignature covers the entry as well, through the consistency that the witness saw."""
        size, lines = await self._covering(checkpoint)
        if not lines:
            return _absent("cosignatures", "no witness has cosigned a checkpoint with this entry yet")
        noted = await self.reader.checkpoint(size)
        if noted is None:
            return _failed("cosignatures", f"checkpoint {size} is cosigned and not stored")
        try:
            said = [_said(noted, line, self.witness_keys) for line in oldest_of_each(lines)]
        except LedgerError as error:
            return _failed("cosignatures", f"checkpoint {size}: {error}")
        known = [words for words, verified in said if verified]
        if not known:
            return _absent("cosignatures", f"no key is configured to check: {', '.join(words for words, _ in said)}")
        return _passed("cosignatures", f"checkpoint {size} cosigned by {', '.join(known)}")

    async def _covering(self, checkpoint: StoredCheckpoint) -> tuple[int, tuple[Cosignature, ...]]:
        """The lines over the signal's own checkpoint, else over the newest one that anybody cosigned."""
        lines = await self.cosignatures.of(checkpoint.size)
        if lines:
            return checkpoint.size, lines
        size, newest = await self.cosignatures.newest()
        return (size, newest) if size >= checkpoint.size else (0, ())


def _said(checkpoint: StoredCheckpoint, line: Cosignature, keys: Sequence[VerifierKey]) -> tuple[str, bool]:
    """Who cosigned when, and whether a key that we know says so. Raises LedgerError for a false line of a known key."""
    signature = parse_signature_line(line.line.rstrip("\n"))
    when = datetime.fromtimestamp(line.time, UTC).isoformat(timespec="seconds")
    for key in keys:
        if (key.name, key.key_id) == (signature.name, signature.key_id):
            verify_cosignature(parse_note(checkpoint.note).text, signature, key)
            return f"{line.name} at {when}", True
    return f"{line.name} at {when}", False


def _hash_step(found: LoggedSignal) -> CheckStep:
    sealed = found.sealed
    checked = recompute(sealed)
    if checked.holds:
        return _passed("hash", f"the nine fields hash to {sealed.verification_hash} ({sealed.scheme})")
    return _failed("hash", f"{checked.code}: the nine fields hash to {checked.hash}, not {sealed.verification_hash}")


def _commitment_step(found: LoggedSignal, places: SignalPlaces, entry: bytes | None) -> CheckStep:
    seal = places.seal
    expected = commitment(seal.salt, found.sealed.verification_hash)
    members = _members(entry)
    logged = (members.get("kind"), members.get("commit"), members.get("stream"), members.get("seq"))
    if logged != ("signal", expected, seal.stream, seal.seq) or seal.commitment != expected:
        return _failed("commitment", f"entry {seal.leaf_index} does not commit to this signal")
    sealed_at = members.get("at")
    return _passed("commitment", f"{seal.stream} {seal.seq}, entry {seal.leaf_index}, sealed at {sealed_at}")


def _reveal_step(found: LoggedSignal, places: SignalPlaces, entry: bytes | None) -> CheckStep:
    if places.reveal is None:
        return _absent("reveal", f"not revealed yet, due by {places.seal.reveal_by.isoformat(timespec='seconds')}")
    members = _members(entry)
    shown = (members.get("kind"), members.get("of"), members.get("salt"), members.get("signal"))
    if shown != ("reveal", places.seal.leaf_index, places.seal.salt.hex(), found.sealed.signal.hashed_fields()):
        return _failed("reveal", f"entry {places.reveal} reveals something else")
    return _passed("reveal", f"revealed by entry {places.reveal}")


def _outcome_step(found: LoggedSignal, places: SignalPlaces, entry: bytes | None) -> CheckStep:
    if places.outcome is None:
        if found.outcome is None:
            return _absent("outcome", "still open")
        return _failed("outcome", "an outcome is stored that no entry of the log holds")
    members = _members(entry)
    logged = (members.get("kind"), members.get("of"), members.get("result"), members.get("exit_price"))
    if logged != ("outcome", places.seal.leaf_index, found.result, found.exit_price):
        return _failed("outcome", f"entry {places.outcome} says another outcome than the one that is stored")
    return _passed("outcome", f"{found.result} at {found.exit_price}, entry {places.outcome}")


def _members(entry: bytes | None) -> Mapping[str, object]:
    """Of a stored entry; none where it is missing or not an entry."""
    if entry is None:
        return {}
    try:
        return read_entry(entry)
    except DataError:
        return {}


def _passed(step: str, words: str) -> CheckStep:
    return CheckStep(step=step, state=StepState.OK, words=words)


def _failed(step: str, words: str) -> CheckStep:
    return CheckStep(step=step, state=StepState.FAILED, words=words)


def _absent(step: str, words: str) -> CheckStep:
    return CheckStep(step=step, state=StepState.ABSENT, words=words)
