"""A space of parameters and its one line of text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from argo_core.errors import DataError
from argo_core.model.search import Choice, Domain, Real, Value, Whole

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WHOLE = re.compile(r"-?\d+")
FORMS = "write fast=5:50, slow=20:200:5, rate=0.01:0.1, rate=0.001:0.1:log, kind=a|b or size=10"

Space = dict[str, Domain]


def parse_space(text: str) -> Space:
    """`fast=5:50 slow=20:200:5 rate=0.001:0.1:log kind=a|b size=10`: integers, integers with a step, numbers (a point
    in either end), numbers evenly by logarithm, choices, one fixed value. Ends are included.

    Raises DataError `bad_space`.
    """
    space: Space = {}
    for word in text.split():
        name, equals, rest = word.partition("=")
        if not equals or _NAME.fullmatch(name) is None or not rest:
            raise DataError("bad_space", f"{word!r} is no parameter: {FORMS}")
        if name in space:
            raise DataError("bad_space", f"{name} is given twice: name each parameter once")
        space[name] = _domain(word, rest)
    return require_space(space)


def format_space(space: Mapping[str, Domain]) -> str:
    """Inverse of `parse_space`."""
    return " ".join(f"{name}={_text(domain)}" for name, domain in space.items())


def require_space(space: Mapping[str, Domain]) -> Space:
    """The space itself. Raises DataError `bad_space` for an empty one, an empty range or a step that leads nowhere."""
    if not space:
        raise DataError("bad_space", f"there is nothing to search: {FORMS}")
    for name, domain in space.items():
        wrong = _fault(domain)
        if wrong:
            raise DataError("bad_space", f"{name}: {wrong}")
    return dict(space)


def _fault(domain: Domain) -> str | None:
    match domain:
        case Choice(values=values):
            return None if values and len(set(values)) == len(values) else "name one choice or more, each once"
        case Whole(low=low, high=high, step=step):
            return None if low <= high and step >= 1 else "the range is empty: low:high:step with low ≤ high, step ≥ 1"
        case Real(low=low, high=high, step=step, log=log):
            if not (math.isfinite(low) and math.isfinite(high) and low <= high):
                return "the range is empty: low:high with low ≤ high"
            if step is not None and (log or not (math.isfinite(step) and step > 0)):
                return "a step is above 0, and none goes with log"
            return "log needs a low end above 0" if log and low <= 0 else None


def _domain(word: str, rest: str) -> Domain:
    if ":" not in rest:
        return Choice(tuple(_value(part) for part in rest.split("|")))
    low, high, *more = rest.split(":")
    try:
        if len(more) > 1:
            raise ValueError("too many parts")
        if more == ["log"]:
            return Real(float(low), float(high), log=True)
        if all(_WHOLE.fullmatch(part) for part in (low, high, *more)):
            return Whole(int(low), int(high), *(int(part) for part in more))
        return Real(float(low), float(high), float(more[0]) if more else None)
    except ValueError as error:
        raise DataError("bad_space", f"{word!r} is no range: {FORMS}") from error


def _value(text: str) -> Value:
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _text(domain: Domain) -> str:
    match domain:
        case Choice(values=values):
            return "|".join(str(value) for value in values)
        case Whole(low=low, high=high, step=step):
            return f"{low}:{high}" if step == 1 else f"{low}:{high}:{step}"
        case Real(low=low, high=high, step=step, log=log):
            return f"{float(low)!r}:{float(high)!r}" + (":log" if log else "" if step is None else f":{step!r}")
