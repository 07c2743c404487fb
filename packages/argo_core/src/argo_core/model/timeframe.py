"""How long a bar lasts."""

from __future__ import annotations

import re

import msgspec

from argo_core.errors import DataError

_FORM = re.compile(r"([1-9][0-9]{0,2})(Min|Hour|Day)")
_SECONDS = {"Min": 60, "Hour": 3600, "Day": 86400}


class Timeframe(msgspec.Struct, frozen=True, order=True):
    """`seconds` is the nominal length; a daily bar of an exchange is complete when its session closes."""

    seconds: int
    name: str

    @classmethod
    def parse(cls, name: str) -> Timeframe:
        """`1Min`, `30Min`, `1Hour`, `1Day` and the like. Raises DataError `bad_timeframe`."""
        match = _FORM.fullmatch(name)
        if match is None:
            raise DataError("bad_timeframe", f"{name!r} is not a timeframe: write 1Min, 30Min, 1Hour or 1Day")
        return cls(seconds=int(match[1]) * _SECONDS[match[2]], name=name)

    @property
    def is_daily(self) -> bool:
        """True when one bar covers a day or more."""
        return self.seconds >= _SECONDS["Day"]
