"""How the provable log stands in this process: may it be signed, and who has cosigned it when."""

from __future__ import annotations

from datetime import datetime

import msgspec

STARTING, SIGNING, WAITING, REFUSED = "starting", "signing", "waiting for the witness", "refused"


class WitnessStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One witness by the address under which we ask it. `cosigned_size` and `cosigned_at` (our clock) are of its newest
    answer to this process, None before the first; `last_error` is None once it answers again."""

    witness: str
    cosigned_size: int | None = None
    cosigned_at: datetime | None = None
    last_error: str | None = None


class CosignerStanding(msgspec.Struct, frozen=True, kw_only=True):
    """A cosigner by the name of its key, with its newest line as stored: over which size and when, by its own clock.
    `verified`: the line was checked with a configured vkey."""

    name: str
    size: int
    cosigned_at: datetime
    verified: bool


class LedgerStanding(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: starting, signing, waiting for the witness, or refused (an operator must act; `words` say how).

    `size`, `root` (hex) and `signed_at` are of the newest checkpoint; 0 and None before there is one. `files_error`:
    why the text files are behind the log, None while they are not.
    """

    state: str
    origin: str
    words: str | None = None
    size: int = 0
    root: str | None = None
    signed_at: datetime | None = None
    witnesses: tuple[WitnessStanding, ...] = ()
    cosigners: tuple[CosignerStanding, ...] = ()
    files_error: str | None = None

    @property
    def sound(self) -> bool:
        """False while the log may not be signed, or a witness that was asked gives no cosignature."""
        signable = self.state not in (WAITING, REFUSED)
        return signable and all(witness.last_error is None for witness in self.witnesses)
