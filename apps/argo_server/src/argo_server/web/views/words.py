"""Figures as people read them. Every function is a template filter of its name."""

from __future__ import annotations

from datetime import datetime

NOTHING = "–"
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def utc(instant: datetime | None) -> str:
    """`2026-03-02 15:30:00`; the page says once that all times are UTC."""
    return NOTHING if instant is None else instant.strftime("%Y-%m-%d %H:%M:%S")


def price(value: float | None) -> str:
    """Two decimals from 1 upwards, six below."""
    if value is None:
        return NOTHING
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.6f}"


def percent(value: float | None) -> str:
    """`58.3 %` of a figure that is 0–100 already."""
    return NOTHING if value is None else f"{value:.1f} %"


def signed(value: float | None) -> str:
    """`+2.50 %`."""
    return NOTHING if value is None else f"{value:+.2f} %"


def share(ratio: float | None) -> str:
    """`58 %` of a ratio 0–1."""
    return NOTHING if ratio is None else f"{ratio:.0%}".replace("%", " %")


def milliseconds(value: float | None) -> str:
    """`1.2 ms`, seconds from 1,000 upwards."""
    if value is None:
        return NOTHING
    return f"{value / 1000:.2f} s" if value >= 1000 else f"{value:.1f} ms"


def age(seconds: float) -> str:
    """`1.5 s`, `3 min`, `2 h`, `5 d`."""
    for unit, size in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s"


def words(code: str | None) -> str:
    """`below_threshold` → `below threshold`."""
    return NOTHING if code is None else code.replace("_", " ")


FILTERS = (utc, price, percent, signed, share, milliseconds, age, words)
