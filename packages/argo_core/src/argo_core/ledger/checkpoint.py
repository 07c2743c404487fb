"""C2SP tlog-checkpoint: how long a log is and what its root is, signed by the log and cosigned by witnesses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from argo_core.ledger.base64_text import base64_of, bytes_of
from argo_core.ledger.cosignature import verify_cosignature
from argo_core.ledger.decimal_text import decimal_of
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import EMPTY_ROOT, HASH_BYTES
from argo_core.ledger.note import SignatureLine, SignedNote, parse_note, sign_note
from argo_core.ledger.note_key import Algorithm, SigningKey, VerifierKey

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`size` entries whose root is `root` (32 bytes), of the log named `origin`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed: three lines. We write no extension lines, which nobody could audit."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"

    def signed(self, keys: Sequence[SigningKey]) -> bytes:
        """The note. Raises LedgerError `bad_key` without a key, or with one of another name."""
        if not keys or any(key.name != self.origin for key in keys):
            raise LedgerError("bad_key", f"the log {self.origin} needs a signing key of its own name")
        return sign_note(self.text, keys).wire


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint whose signatures were verified. `cosignatures`: by vkey, the POSIX time of each known witness."""

    checkpoint: Checkpoint
    note: SignedNote
    cosignatures: Mapping[str, int]


def parse_checkpoint(text: str) -> Checkpoint:
    """The first three lines of a note's text; extension lines may follow. Raises LedgerError `bad_checkpoint`."""
    lines = text.split("\n")
    if len(lines) <= _LINES or lines[-1] or any(not line for line in lines[:-1]):
        raise LedgerError("bad_checkpoint", "a checkpoint has three lines: origin, size and root")
    size, root = decimal_of(lines[1]), bytes_of(lines[2])
    if size is None:
        raise LedgerError("bad_checkpoint", "the size must be a decimal number without sign or leading zero")
    if root is None or len(root) != HASH_BYTES:
        raise LedgerError("bad_checkpoint", "the root must be 32 bytes in base64")
    if size == 0 and root != EMPTY_ROOT:
        raise LedgerError("bad_checkpoint", "a log without entries has the root of nothing")
    return Checkpoint(lines[0], size, root)


def open_checkpoint(
    wire: bytes, origin: str, log_keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey] = (), quorum: int = 0
) -> OpenedCheckpoint:
    """Verify a note as the checkpoint of `origin`: by at least one of `log_keys`, and by `quorum` of the `witnesses`.

    Signatures of unknown keys are ignored; one of a known key that does not verify refuses the whole note (C2SP
    signed-note, "Verifying"). Raises LedgerError `bad_note`, `bad_checkpoint`, `bad_log_signature`, `bad_signature`,
    `unknown_origin` or `quorum_not_met`.
    """
    note = parse_note(wire)
    if not _signed_by_log(note, log_keys):
        raise LedgerError("bad_log_signature", f"no pinned key of the log {origin} has signed this checkpoint")
    cosignatures = _cosignatures(note, witnesses)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != origin:
        raise LedgerError("unknown_origin", f"the checkpoint is of another log than {origin}")
    if len(cosignatures) < quorum:
        raise LedgerError("quorum_not_met", f"{len(cosignatures)} of {quorum} required witnesses have signed")
    return OpenedCheckpoint(checkpoint, note, cosignatures)


def _signed_by_log(note: SignedNote, keys: Sequence[VerifierKey]) -> bool:
    message = note.text.encode()
    found = False
    for line, key in _known(note, [key for key in keys if key.algorithm is Algorithm.ED25519]):
        if not key.verifies(message, line.blob):
            raise LedgerError("bad_log_signature", f"the signature of {key.name} does not verify")
        found = True
    return found


def _cosignatures(note: SignedNote, witnesses: Sequence[VerifierKey]) -> dict[str, int]:
    times: dict[str, int] = {}
    for line, key in _known(note, witnesses):
        times.setdefault(key.vkey, verify_cosignature(note.text, line, key))
    return times


def _known(note: SignedNote, keys: Sequence[VerifierKey]) -> list[tuple[SignatureLine, VerifierKey]]:
    by_identity = {(key.name, key.key_id): key for key in keys}
    return [
        (line, by_identity[line.name, line.key_id])
        for line in note.signatures
        if (line.name, line.key_id) in by_identity
    ]
