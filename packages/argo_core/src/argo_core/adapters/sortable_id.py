"""Fresh ids that sort by the time of their making (ULID: 48 bits of milliseconds, 80 random bits, base 32)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from argo_core.ports.clock import Clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_RANDOM_BITS = 80


def sortable_ids(clock: Clock) -> Callable[[], str]:
    """A maker of 26-character ids. Within one millisecond the random part counts up, so that order is kept."""
    last = [0]

    def new_id() -> str:
        milliseconds = int(clock.now().timestamp() * 1000)
        if milliseconds > last[0] >> _RANDOM_BITS:
            last[0] = (milliseconds << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS - 1)
        else:
            last[0] += 1
        return "".join([_PAIRS[(last[0] >> shift) & 1023] for shift in range(120, -1, -10)])

    return new_id
