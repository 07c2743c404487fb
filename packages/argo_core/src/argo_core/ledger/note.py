"""C2SP signed-note 1.0.0: a text, an empty line, and lines that sign it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from argo_core.ledger.base64_text import base64_of, bytes_of
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.note_key import KEY_ID_BYTES, SigningKey, is_key_name

MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100
_DASH: Final = "\u2014 "


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature: who, by which key, and the bytes behind the key id, whose meaning the key's type decides."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """`— name base64` and a newline."""
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.blob)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """`text` ends with a newline and is what is signed."""

    text: str
    signatures: tuple[SignatureLine, ...]

    @property
    def wire(self) -> bytes:
        """Inverse of `parse_note`."""
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}".encode()


def sign_note(text: str, keys: Iterable[SigningKey]) -> SignedNote:
    """The note, signed by each key (type 0x01) in turn."""
    message = text.encode()
    return SignedNote(text, tuple(SignatureLine(key.name, key.verifier.key_id, key.sign(message)) for key in keys))


def parse_note(wire: bytes) -> SignedNote:
    """A note in parts; no signature is verified yet. Raises LedgerError `bad_note`."""
    if len(wire) > MAX_NOTE_BYTES:
        raise LedgerError("bad_note", "the note is longer than a million bytes")
    try:
        whole = wire.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LedgerError("bad_note", "the note is not UTF-8") from error
    if any(mark < " " and mark != "\n" for mark in whole):
        raise LedgerError("bad_note", "the note holds a control character: lines end with a newline alone")
    text, separator, signed = whole.rpartition("\n\n")
    if not separator or not signed.endswith("\n"):
        raise LedgerError("bad_note", "a note is a text, an empty line and signature lines, each ended by a newline")
    lines = signed[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise LedgerError("bad_note", f"the note has more than {MAX_SIGNATURES} signatures")
    return SignedNote(f"{text}\n", tuple(parse_signature_line(line) for line in lines))


def parse_signature_line(line: str) -> SignatureLine:
    """A signature line without its newline. Raises LedgerError `bad_note`."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    data = bytes_of(encoded)
    if not line.startswith(_DASH) or not space or not is_key_name(name) or data is None or len(data) <= KEY_ID_BYTES:
        raise LedgerError("bad_note", "a signature line is an em dash, a name and base64, one space between them")
    return SignatureLine(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])
