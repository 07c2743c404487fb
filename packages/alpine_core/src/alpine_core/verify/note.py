"""Signed notes (C2SP signed-note): a text, an empty line, and signature lines. Here they are read, not yet believed."""

from __future__ import annotations

import re

import msgspec

from alpine_core.errors import NotProven
from alpine_core.verify.note_key import NoteKey, SigningKey, is_key_name
from alpine_core.verify.plain_text import read_base64, write_base64

LARGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 100
_DASH = "— "
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f]")


class SignatureLine(msgspec.Struct, frozen=True):
    """`data`: what follows the four bytes of the key's id, one byte at least. `line` is the whole line with its end."""

    name: str
    key_id: bytes
    data: bytes
    line: str


class SignedNote(msgspec.Struct, frozen=True):
    """`text` ends in a newline; it and every signature stand as they were read."""

    text: str
    signatures: tuple[SignatureLine, ...]

    @property
    def note(self) -> str:
        """The note as it is sent."""
        return self.text + "\n" + "".join(one.line for one in self.signatures)

    def with_lines(self, lines: tuple[str, ...]) -> SignedNote:
        """The note with these lines after its own, without those that it has. Raises NotProven `bad_note`."""
        known = {one.line for one in self.signatures}
        added = tuple(read_signature_line(line) for line in dict.fromkeys(lines) if line not in known)
        return SignedNote(self.text, self.signatures + added)


def read_note(note: str) -> SignedNote:
    """Raises NotProven `bad_note` for what the format does not allow, `bad_base64` within a signature line.

    At most 64 KiB and 100 signatures, so that a stranger's note cannot keep a reader busy.
    """
    if len(note) > LARGEST_NOTE:
        raise NotProven("bad_note", f"the note is longer than {LARGEST_NOTE} characters: send the note alone")
    if _CONTROLS.search(note) is not None or not _is_utf8(note):
        raise NotProven("bad_note", "the note holds a control character: send it as it was signed")
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise NotProven("bad_note", "the note has no signatures after an empty line: send it as it was signed")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NotProven("bad_note", f"the note has more than {MOST_SIGNATURES} signatures: send fewer")
    return SignedNote(text + "\n", tuple(read_signature_line(line + "\n") for line in lines))


def read_signature_line(line: str) -> SignatureLine:
    """`— name base64` and a newline. Raises NotProven `bad_note`, `bad_base64`."""
    name, space, encoded = line.removeprefix(_DASH).removesuffix("\n").partition(" ")
    if not line.startswith(_DASH) or not line.endswith("\n") or not space or not is_key_name(name):
        raise NotProven("bad_note", "a signature line is none: write a dash, the key's name and base64")
    blob = read_base64(encoded)
    if len(blob) < 5:
        raise NotProven("bad_note", "a signature line holds no signature: send it as it was signed")
    return SignatureLine(name, blob[:4], blob[4:], line)


def signature_line(key: NoteKey, data: bytes) -> str:
    """The line, with its newline, that `read_signature_line` reads."""
    return f"{_DASH}{key.name} {write_base64(key.key_id + data)}\n"


def sign_note(text: str, *keys: SigningKey) -> str:
    """The note with one signature of each key of kind LOG_KEY; `text` ends in a newline."""
    return text + "\n" + "".join(signature_line(one.key, one.sign(text.encode())) for one in keys)


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
