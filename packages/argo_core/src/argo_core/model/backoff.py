"""How long to wait before trying again."""

from __future__ import annotations

import msgspec


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Doubles from `first_seconds` to `longest_seconds`; each wait is between half of that and all of it."""

    first_seconds: float = 0.25
    longest_seconds: float = 30.0

    def wait_seconds(self, failures: int, chance: float, asked: float | None = None) -> float:
        """The wait after so many failures in a row (≥ 1). `chance` in [0, 1) spreads the senders out.

        `asked` is the receiver's own wish in seconds: never waited for less, never longer than `longest_seconds`.
        """
        full = min(self.longest_seconds, self.first_seconds * 2.0 ** min(failures - 1, 32))
        return max(full * (0.5 + chance / 2.0), min(asked or 0.0, self.longest_seconds))
