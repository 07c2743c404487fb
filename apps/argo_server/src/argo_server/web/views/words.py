"""Figures as people read them. Every function is a template filter of its name."""

from __future__ import annotations

from datetime import datetime

NOTHING = "–"
GLUE = "\N{NO-BREAK SPACE}"
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def utc(instant: datetime | None) -> str:
    """`2026-03-02 15:30:00`; the page says once that all times are UTC."""
    return NOTHING if instant is None else instant.strftime("%Y-%m-%d %H:%M:%S")


def price(value: float | None) -> str:
    """Every digit that was recorded, at least two decimals: what is shown is what was hashed."""
    if value is None:
        return NOTHING
    whole, _, decimals = f"{value:,.10f}".rstrip("0").partition(".")
    return f"{whole}.{decimals:0<2}"


def percent(value: float | None) -> str:
    """`58.3 %` of a figure that is 0–100 already."""
    return NOTHING if value is None else f"{value:.1f}{GLUE}%"


def signed(value: float | None) -> str:
    """`+2.50 %`."""
    return NOTHING if value is None else f"{value:+.2f}{GLUE}%"


def share(ratio: float | None) -> str:
    """`58 %` of a ratio 0–1."""
    return NOTHING if ratio is None else f"{100 * ratio:.0f}{GLUE}%"


def milliseconds(value: float | None) -> str:
    """`1.2 ms`, seconds from 1,000 upwards."""
    if value is None:
        return NOTHING
    return f"{value / 1000:.2f}{GLUE}s" if value >= 1000 else f"{value:.1f}{GLUE}ms"


def age(seconds: float) -> str:
    """`1.5 s`, `3 min`, `2 h`, `5 d`."""
    for unit, size in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if seconds >= size:
            return f"{seconds / size:.0f}{GLUE}{unit}"
    return f"{seconds:.1f}{GLUE}s"


def words(code: str | None) -> str:
    """`below_threshold` → `below threshold`."""
    return NOTHING if code is None else code.replace("_", " ")


def counted(count: int, noun: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


FILTERS = (utc, price, percent, signed, share, milliseconds, age, words, counted)
