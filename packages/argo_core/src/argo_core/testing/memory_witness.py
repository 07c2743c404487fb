"""A witness in memory: cosigns what continues what it saw, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.adapters.http.sender import disputed
from argo_core.errors import Unavailable
from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.cosignature import cosignature_message
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import EMPTY_ROOT, verify_consistency
from argo_core.ledger.note import SignatureLine
from argo_core.ledger.note_key import Algorithm, SigningKey, VerifierKey
from argo_core.ports.witness import WitnessAnswer


class MemoryWitness:
    """`ports.Witness` of one log. While `down`, it cannot be reached; `time` counts up with each cosignature."""

    def __init__(self, origin: str, log_keys: Sequence[VerifierKey], name: str = "witness.example/w") -> None:
        self.name = name
        self.down = False
        self.time = 1_800_000_000
        self.seen: tuple[int, bytes, bytes] | None = None
        self._origin, self._log_keys = origin, tuple(log_keys)
        self._key = SigningKey(name, name.encode().ljust(32, b"-")[:32])

    @property
    def key(self) -> VerifierKey:
        """What its cosignatures verify with."""
        return VerifierKey(self.name, Algorithm.COSIGNATURE, self._key.verifier.public)

    async def submit(self, old: int, proof: Sequence[bytes], note: bytes, size: int) -> WitnessAnswer:
        """Cosign, or say where it stands. Raises Unavailable, Disputed."""
        self._require_up()
        try:
            opened = open_checkpoint(note, self._origin, self._log_keys)
        except LedgerError as error:
            raise disputed(error.code if error.code == "unknown_origin" else "bad_log_signature") from error
        stands, root = (0, EMPTY_ROOT) if self.seen is None else self.seen[:2]
        if old != stands:
            return WitnessAnswer(size=stands)
        try:
            verify_consistency(old, opened.checkpoint.size, root, opened.checkpoint.root, proof)
        except LedgerError as error:
            raise disputed("split_view") from error
        self.seen = (opened.checkpoint.size, opened.checkpoint.root, note)
        return WitnessAnswer(size=size, lines=(self.cosigned(opened.note.text),))

    async def newest(self, origin: str) -> bytes | None:
        """The last note that it cosigned. Raises Unavailable."""
        self._require_up()
        return None if self.seen is None or origin != self._origin else self.seen[2]

    def cosigned(self, text: str) -> str:
        """Its line over a checkpoint's text."""
        self.time += 1
        signature = self._key.sign(cosignature_message(text, self.time))
        return SignatureLine(self.name, self.key.key_id, self.time.to_bytes(8, "big") + signature).line

    def _require_up(self) -> None:
        if self.down:
            raise Unavailable(f"{self.name} is down: try again later")
