"""The market regime that scales a consensus."""

from __future__ import annotations

import enum


class Regime(enum.IntEnum):
    """UNKNOWN means too little history to tell: the consensus treats it as CHOP and says so."""

    UNKNOWN = 0
    BULL = 1
    BEAR = 2
    CHOP = 3
    CRISIS = 4
