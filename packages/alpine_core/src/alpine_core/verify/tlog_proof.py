"""Proofs of logging (C2SP tlog-proof): a leaf's index, its path, and the checkpoint that it leads to, as one text."""

from __future__ import annotations

import msgspec

from alpine_core.errors import NotProven
from alpine_core.verify.note import LARGEST_NOTE
from alpine_core.verify.plain_text import read_decimal, read_hash, write_base64

_HEADER = "c2sp.org/tlog-proof@v1"
_MOST_HASHES = 63


class TlogProof(msgspec.Struct, frozen=True):
    """`hashes`: the path from the leaf up, 32 bytes each. `checkpoint`: the signed note, not yet opened."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The proof as it is sent, as `read_tlog_proof` reads it."""
        lines = (_HEADER, f"index {self.index}", *(write_base64(one) for one in self.hashes), "")
        return "".join(line + "\n" for line in lines) + self.checkpoint


def read_tlog_proof(text: str) -> TlogProof:
    """Raises NotProven `bad_tlog_proof`, `bad_decimal`, `bad_base64`, `bad_hash_length`.

    The format's optional line of extra data is refused: entries carry everything that is to be known.
    """
    head, separator, checkpoint = text[: 2 * LARGEST_NOTE].partition("\n\n")
    lines = head.split("\n")
    if not separator or len(text) > 2 * LARGEST_NOTE or lines[0] != _HEADER or len(lines) < 2:
        raise NotProven("bad_tlog_proof", f"a proof begins with {_HEADER}, index and path: send it as it was made")
    word, space, index = lines[1].partition(" ")
    if word != "index" or not space or len(lines) > _MOST_HASHES + 2:
        raise NotProven("bad_tlog_proof", "a proof names its index, then at most 63 hashes: send it as it was made")
    return TlogProof(read_decimal(index), tuple(read_hash(line) for line in lines[2:]), checkpoint)
