"""What is wrong with an older row, whatever its hash: figures and words that no signal can have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from argo_core.ledger import HASHED_FIELDS

UNRESOLVED: Final = (None, "", "open", "pending")
"""What the earlier shape wrote where there was no outcome yet."""

_RESOLVED: Final = ("win", "loss", "expired")
_FIGURES: Final = ("entry_price", "target_price", "stop_price", "confidence", "exit_price", "profit_loss_pct")
_MAY_BE_ABSENT: Final = ("target_price", "stop_price")

Values = Mapping[str, object]


def first_fault(values: Values) -> str | None:
    """The first thing that keeps the row from being a signal, in words; None if there is none."""
    return next(chain(_absences(values), _words(values), _figures(values)), None)


def _absences(values: Values) -> Iterator[str]:
    for name in HASHED_FIELDS:
        if values[name] is None and name not in _MAY_BE_ABSENT:
            yield f"it has no {name}"
    if not values["sha256"]:
        yield "it has no hash"


def _words(values: Values) -> Iterator[str]:
    for name in HASHED_FIELDS:
        if name not in _FIGURES and not isinstance(values[name], str):
            yield f"its {name} is not text"
    for name, value in values.items():
        if isinstance(value, str) and "\0" in value:
            yield f"its {name} holds a NUL character"  # PostgreSQL has no place for one.
    if values.get("outcome") not in (*UNRESOLVED, *_RESOLVED):
        yield f"its outcome {values['outcome']!r} is none of {', '.join(_RESOLVED)}"


def _figures(values: Values) -> Iterator[str]:
    for name in _FIGURES:
        value = values.get(name)
        if value is None:
            continue
        if not (isinstance(value, int | float) and math.isfinite(value)):
            yield f"its {name} {value!r} is not a number"
        elif name.endswith("_price") and value <= 0:
            yield f"its {name} {value!r} is not positive"
        elif name == "confidence" and not 0 <= value <= 100:
            yield f"its confidence {value!r} is outside 0–100"
