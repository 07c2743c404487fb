"""Cosignatures that came back: checked where the witness is known, then kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from argo_core.ledger.cosignature import cosigned_at, verify_cosignature
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.note import SignatureLine, parse_note, parse_signature_line
from argo_core.ledger.note_key import VerifierKey
from argo_core.model.ledger import Cosignature
from argo_core.ports.cosignature_store import CosignatureStore
from argo_core.ports.ledger_reader import LedgerReader


@dataclass(frozen=True, slots=True)
class Cosigning:
    """Takes lines from receivers and witnesses. `keys`: the witnesses whose lines can be verified here.

    A line of another witness is kept as it came; whoever shows it says that it was not verified (`is_verified`).
    """

    reader: LedgerReader
    store: CosignatureStore
    keys: tuple[VerifierKey, ...] = ()

    async def take(self, sizes: Sequence[int], lines: Sequence[str]) -> tuple[Cosignature, ...]:
        """Keep what holds over one of our checkpoints of `sizes`, newest first; what was kept. Raises StoreError.

        A line of a known key that verifies over none of them, and one that is no cosignature, are dropped.
        """
        texts = await self._texts(sizes) if lines else {}
        kept: list[Cosignature] = []
        for line in lines:
            found = self._judged(line, texts)
            if found is not None:
                size, cosignature = found
                await self.store.add(size, [cosignature])
                kept.append(cosignature)
        return tuple(kept)

    def is_verified(self, text: str, line: str) -> bool:
        """Whether a kept line is of a known witness and verifies over the checkpoint `text`."""
        parsed = parse_signature_line(line.removesuffix("\n"))
        key = self._key(parsed)
        return key is not None and _verifies(text, parsed, key)

    async def _texts(self, sizes: Sequence[int]) -> dict[int, str]:
        found = [await self.reader.checkpoint(size) for size in sizes]
        return {
            one.size: parse_note(one.note).text
            for one, size in zip(found, sizes, strict=True)
            if one is not None and one.size == size
        }

    def _judged(self, line: str, texts: Mapping[int, str]) -> tuple[int, Cosignature] | None:
        try:
            parsed = parse_signature_line(line.removesuffix("\n"))
        except LedgerError:
            return None
        time, key = cosigned_at(parsed), self._key(parsed)
        if time is None or time >= 2**63:
            return None
        cosignature = Cosignature(name=parsed.name, time=time, line=parsed.line)
        for size, text in texts.items():
            if key is None or _verifies(text, parsed, key):
                return size, cosignature
        return None

    def _key(self, line: SignatureLine) -> VerifierKey | None:
        return next((key for key in self.keys if (key.name, key.key_id) == (line.name, line.key_id)), None)


def _verifies(text: str, line: SignatureLine, key: VerifierKey) -> bool:
    try:
        verify_cosignature(text, line, key)
    except LedgerError:
        return False
    return True
