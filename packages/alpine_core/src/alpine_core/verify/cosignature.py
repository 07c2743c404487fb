"""Cosignatures (C2SP tlog-cosignature, Ed25519): somebody saw this checkpoint, at this time, and vouches for it."""

from __future__ import annotations

from alpine_core.errors import NotProven, OperatorError
from alpine_core.model.witness import Cosignature
from alpine_core.verify.note import SignatureLine, signature_line
from alpine_core.verify.note_key import COSIGNER_KEY, NoteKey, SigningKey

__all__ = ["Cosignature", "Cosigner", "read_cosignature"]

_TIME_BYTES = 8
_LATEST = 2**53 - 1


class Cosigner:
    """Signs checkpoints with the time it is told. Its name is the key's."""

    def __init__(self, key: SigningKey) -> None:
        """Raises OperatorError for a key of another kind."""
        if key.key.kind != COSIGNER_KEY:
            raise OperatorError("a cosigner needs a key of type 4: generate one for it")
        self._key = key

    @property
    def key(self) -> NoteKey:
        return self._key.key

    def cosign(self, text: str, time: int) -> Cosignature:
        """`text`: the checkpoint's text. `time`: whole seconds since 1970; raises OperatorError below 1."""
        if not 0 < time <= _LATEST:
            raise OperatorError("the clock is before 1970: set it")
        data = time.to_bytes(_TIME_BYTES, "big") + self._key.sign(_message(text, time))
        return Cosignature(self.key.name, self.key.vkey, time, signature_line(self.key, data))


def read_cosignature(text: str, key: NoteKey, signature: SignatureLine) -> Cosignature:
    """The cosignature of `text` by `key` in this line. Raises NotProven `bad_cosignature` unless it holds."""
    time = int.from_bytes(signature.data[:_TIME_BYTES], "big")
    # Time 0 would say nothing and is refused (tlog-cosignature); beyond 2^53 no browser can tell it exactly.
    if not 0 < time <= _LATEST or not key.holds(signature.data[_TIME_BYTES:], _message(text, time)):
        raise NotProven("bad_cosignature", f"the cosignature of {key.name[:80]!a} does not hold: the note was changed")
    return Cosignature(key.name, key.vkey, time, signature.line)


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()
