"""An operator's changes over the terms that hold otherwise: read, checked, laid one over the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from alpine_core.errors import OperatorError
from alpine_core.model.tier import TermsChange, Tier, TierTerms

MEMBERS = tuple(name for name in TierTerms.__struct_fields__ if name != "tier")
LISTS = ("api_scopes", "alerts", "points")


def read_change(tier: Tier, name: str, text: str, at: datetime) -> TermsChange:
    """`name` set to what `text` says: JSON, `none`, plain text, or for lists texts parted by `;`.

    Raises OperatorError for an unknown name; whether the value fits is seen when it is laid over the rest.
    """
    if name not in MEMBERS:
        raise OperatorError(f"the terms have no {name[:40]!a}: known are {', '.join(MEMBERS)}")
    return TermsChange(tier=tier, name=name, value=msgspec.json.encode(_value(name, text)).decode(), changed_at=at)


def terms_with(defaults: Mapping[Tier, TierTerms], changes: Iterable[TermsChange]) -> Mapping[Tier, TierTerms]:
    """The defaults with every change over them, a later one over an earlier one. Raises OperatorError by name."""
    laid: dict[Tier, dict[str, Any]] = {tier: msgspec.to_builtins(row) for tier, row in defaults.items()}
    for change in changes:
        laid[change.tier][change.name] = msgspec.json.decode(change.value)
    return {tier: _row(tier, members) for tier, members in laid.items()}


def _row(tier: Tier, members: dict[str, Any]) -> TierTerms:
    try:
        return msgspec.convert(members, TierTerms)
    except msgspec.ValidationError as error:
        raise OperatorError(f"the terms of {tier.value}: {error}: set another value") from error


def _value(name: str, text: str) -> Any:
    if name in LISTS and not text.startswith("["):
        return [part.strip() for part in text.split(";") if part.strip() and text != "none"]
    if text == "none":
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
