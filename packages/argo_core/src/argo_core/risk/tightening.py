"""Which changes of an account's limits only tighten them: those may take effect at any moment.

A limit that becomes looser in the midst of a trading day would let an account lose more on that day than it was allowed
when the day began. So a change counts as tightening only where everything that the old limit denies, the new one denies
too; of whatever cannot be told so, it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

Tightens = Callable[[object, object], bool]


def _lower(before: object, after: object) -> bool:
    return _is_number(before) and _is_number(after) and after < before  # type: ignore[operator]


def _higher(before: object, after: object) -> bool:
    return _lower(after, before)


def _off(before: object, after: object) -> bool:
    return before is True and after is False


def _on(before: object, after: object) -> bool:
    return _off(after, before)


def _more_names(before: object, after: object) -> bool:
    return isinstance(before, list) and isinstance(after, list) and set(before) < set(after)


def _fewer_names(before: object, after: object) -> bool:
    """None allows every name."""
    return isinstance(after, list) and (before is None or _more_names(after, before))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


OF_TRADING: Mapping[str, Tightens] = MappingProxyType(
    {
        "auto_execute": _off,
        "daily_loss_limit_pct": _lower,
        "max_correlated_positions": _lower,
        "max_drawdown_pct": _lower,
        "max_position_size_pct": _lower,
        "max_signal_age_seconds": _lower,
        "min_confidence": _higher,
        "position_size_pct": _lower,
    }
)
"""By key of an account's own rules."""

OF_PROP_FIRM: Mapping[str, Tightens] = MappingProxyType(
    {
        "daily_loss_limit_pct": _lower,
        "max_correlated_positions": _lower,
        "max_drawdown_pct": _lower,
        "max_position_size_pct": _lower,
        "max_positions": _lower,
        "max_stop_loss_pct": _lower,
        "min_confidence": _higher,
        "only_symbols": _fewer_names,
        "restricted_symbols": _more_names,
        "skip_crisis": _on,
    }
)
"""By key of the operator's limits beside a prop firm's rules."""


def tightens(key: str, before: object, after: object) -> bool:
    """True where this change of `trading.…` or `prop_firm.risk_limits` (as a whole) only tightens. Values are plain: a
    tuple of names is a list; a key that is not known here does not."""
    if key == "prop_firm.risk_limits" and isinstance(before, dict) and isinstance(after, dict):
        changed = [name for name in before if before[name] != after.get(name)]
        told = all(name in OF_PROP_FIRM and OF_PROP_FIRM[name](before[name], after.get(name)) for name in changed)
        return bool(changed) and before.keys() == after.keys() and told
    section, _, name = key.partition(".")
    return section == "trading" and name in OF_TRADING and OF_TRADING[name](before, after)
