"""C2SP tlog-proof: one text that carries an index, an inclusion proof and the checkpoint it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from argo_core.ledger.base64_text import base64_of, bytes_of
from argo_core.ledger.checkpoint import OpenedCheckpoint, open_checkpoint
from argo_core.ledger.decimal_text import decimal_of
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import HASH_BYTES, verify_inclusion
from argo_core.ledger.note_key import VerifierKey

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_MAX_STEPS: Final = 63
_EXTRA: Final = "extra "
_INDEX: Final = "index "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """`note` is the checkpoint with all its signatures; `extra` is opaque data, base64 on its line, usually absent."""

    index: int
    proof: tuple[bytes, ...]
    note: bytes
    extra: bytes | None = None

    @property
    def text(self) -> str:
        """Inverse of `parse_tlog_proof`."""
        return tlog_proof_text(self.index, self.proof, self.note.decode(), self.extra)


def tlog_proof_text(index: int, proof: Sequence[bytes], note: str, extra: bytes | None = None) -> str:
    """The text of a proof."""
    more = "" if extra is None else f"{_EXTRA}{base64_of(extra)}\n"
    steps = "".join(f"{base64_of(step)}\n" for step in proof)
    return f"{_HEADER}\n{more}{_INDEX}{index}\n{steps}\n{note}"


def parse_tlog_proof(text: str) -> TlogProof:
    """A proof in parts; nothing is verified yet. Raises LedgerError `bad_proof`."""
    head, separator, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if not separator or header != _HEADER or not lines:
        raise LedgerError("bad_proof", f"a proof begins with {_HEADER}, its index and its hashes")
    extra = None
    if lines[0].startswith(_EXTRA):
        extra = bytes_of(lines.pop(0).removeprefix(_EXTRA))
        if extra is None or not lines:
            raise LedgerError("bad_proof", "the proof's extra line is not base64")
    index = decimal_of(lines[0].removeprefix(_INDEX)) if lines[0].startswith(_INDEX) else None
    if index is None:
        raise LedgerError("bad_proof", "the proof's index must be a decimal number")
    steps = [bytes_of(line) for line in lines[1:]]
    proof = tuple(step for step in steps if step is not None and len(step) == HASH_BYTES)
    if len(proof) != len(steps) or len(steps) > _MAX_STEPS:
        raise LedgerError("bad_proof", "each step of the proof must be 32 bytes in base64")
    return TlogProof(index, proof, note.encode(), extra)


def verify_tlog_proof(
    text: str,
    leaf: bytes,
    origin: str,
    log_keys: Sequence[VerifierKey],
    witnesses: Sequence[VerifierKey] = (),
    quorum: int = 0,
) -> OpenedCheckpoint:
    """The opened checkpoint, if `leaf` (a leaf hash) is in it at the proof's index. Raises LedgerError."""
    found = parse_tlog_proof(text)
    opened = open_checkpoint(found.note, origin, log_keys, witnesses, quorum)
    verify_inclusion(found.index, opened.checkpoint.size, leaf, found.proof, opened.checkpoint.root)
    return opened
