"""What the risk layers refused."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argo_core.model.execution import ALLOWED, SignalVerdicts
from argo_core.model.verdict import Denied


class Denials(msgspec.Struct, frozen=True, kw_only=True):
    """Of `judged` signals `allowed` were traded. `by_layer` counts each layer's denials and `by_code` their codes: a
    signal that several refused is counted with each. `first` counts signals by the layer that refused first."""

    judged: int
    allowed: int
    by_layer: dict[str, int]
    by_code: dict[str, int]
    first: dict[str, int]


def denials(verdicts: Iterable[SignalVerdicts]) -> Denials:
    """Counted over the verdicts on all signals."""
    every = tuple(verdicts)
    refused = [[each for each in one.verdicts if isinstance(each, Denied)] for one in every]
    return Denials(
        judged=len(every),
        allowed=sum(one.decision == ALLOWED for one in every),
        by_layer=_counts(each.layer for told in refused for each in told),
        by_code=_counts(each.code for told in refused for each in told),
        first=_counts(told[0].layer for told in refused if told),
    )


def _counts(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
