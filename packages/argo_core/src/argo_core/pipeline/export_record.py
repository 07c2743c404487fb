"""The whole record as one text file that a stranger verifies: a header, then one canonical entry per line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from argo_core.ledger.note_key import VerifierKey
from argo_core.model.instant import to_text
from argo_core.pipeline.prove import Prover
from argo_core.ports import LedgerReader

FORMAT: Final = "ledger-export/1"
CHUNK: Final = 2_000


class ExportHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The first line. `checkpoint` is the note with cosignatures, `policy` a C2SP tlog-policy."""

    format: str
    origin: str
    size: int
    checkpoint: str
    policy: str
    exported_at: str


async def export_lines(prover: Prover, reader: LedgerReader, policy: str, now: datetime) -> AsyncIterator[bytes]:
    """The file's lines, each with its newline. The log may grow meanwhile: the file ends at its own checkpoint.

    Raises DataError `empty_log`, StoreError.
    """
    newest = await prover.checkpoint()
    header = ExportHeader(
        format=FORMAT,
        origin=newest.origin,
        size=newest.size,
        checkpoint=newest.checkpoint,
        policy=policy,
        exported_at=to_text(now),
    )
    yield msgspec.json.encode(header) + b"\n"
    for start in range(0, newest.size, CHUNK):
        for entry in await reader.entries(start, min(CHUNK, newest.size - start)):
            yield entry + b"\n"


def policy_text(log_keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey]) -> str:
    """A tlog-policy: each log key, each known witness under its own name, and a quorum of any one of them."""
    lines = [f"log {key.vkey}" for key in log_keys]
    names = [f"w{number}" for number, _ in enumerate(witnesses, 1)]
    lines += [f"witness {name} {key.vkey}" for name, key in zip(names, witnesses, strict=True)]
    if len(names) > 1:
        lines.append(f"group witnesses any {' '.join(names)}")
    quorum = "none" if not names else names[0] if len(names) == 1 else "witnesses"
    return "".join(f"{line}\n" for line in (*lines, f"quorum {quorum}"))
