"""C2SP tlog-cosignature: a witness signs what it saw, and when (Ed25519, type 0x04)."""

from __future__ import annotations

from typing import Final

from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.note import SignatureLine
from argo_core.ledger.note_key import SIGNATURE_BYTES, Algorithm, VerifierKey

_TIME_BYTES: Final = 8


def cosignature_message(text: str, time: int) -> bytes:
    """What is signed: a header, the POSIX time in seconds, and the checkpoint's text."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosigned_at(line: SignatureLine) -> int | None:
    """The POSIX time that a line of this type claims; None if it cannot be one. Nothing is verified."""
    if len(line.blob) != _TIME_BYTES + SIGNATURE_BYTES:
        return None
    return int.from_bytes(line.blob[:_TIME_BYTES], "big") or None


def verify_cosignature(text: str, line: SignatureLine, key: VerifierKey) -> int:
    """When `key` cosigned the checkpoint `text`, POSIX seconds. Raises LedgerError `bad_signature`."""
    time = cosigned_at(line)
    if (
        key.algorithm is not Algorithm.COSIGNATURE
        or (line.name, line.key_id) != (key.name, key.key_id)
        or time is None
        or not key.verifies(cosignature_message(text, time), line.blob[_TIME_BYTES:])
    ):
        raise LedgerError("bad_signature", f"the cosignature of {key.name} does not verify: ask it for a new one")
    return time
